import { definePlugin, eventMap, type SetupContext } from '@larkspur/core'
import { BotIdentities } from './bot-identity.ts'
import { CommandList } from './command.ts'
import type { MessagingEvents } from './events.ts'
import { helpCommand, helpText, hintText } from './help.ts'
import { IncomingReader } from './incoming.ts'
import { createMessage, type MessageHandler } from './message.ts'
import type { MessagingApi } from './messaging-api.ts'
import { declareMetrics } from './metrics.ts'
import { createNotifier } from './notifier.ts'
import { type CheckedMessagingOptions, messagingOptions } from './options.ts'
import { matcherOf, messagePattern } from './pattern.ts'
import { Outbox } from './send.ts'

const receive = 'im.message.receive_v1'

/** Messages, commands and replies: `plugins: [messaging()]`. */
export const messaging = definePlugin({
  name: 'messaging',
  options: messagingOptions,
  events: eventMap<MessagingEvents>('messaging:received', 'messaging:sent'),
  scopes: ['im:message', 'im:message:send_as_bot', 'im:message.p2p_msg:readonly', 'im:message.group_at_msg:readonly'],
  setup(context): MessagingApi {
    const { options } = context
    const metrics = declareMetrics(context.metrics)
    const outbox = new Outbox({ app: context.app, emit: context.emit, sent: metrics.sent })
    const commands = new CommandList()
    const identities = new BotIdentities((appId) => context.app(appId))
    const reader = new IncomingReader(options, identities, commands)

    const countReceived = reader.handler(({ message, kind }) => {
      const { appId, messageId, chatId, chatType, mentioned, type: messageType } = message
      metrics.received.add({ chat_type: chatType, mentioned: String(mentioned), kind })
      context.emit('messaging:received', { appId, messageId, chatId, chatType, messageType, kind })
    })
    context.on(receive, countReceived, { name: 'received' })
    if (options.help) answerHelp(context, reader, commands, outbox)
    context.provide('notifier', createNotifier(outbox, context.appIds))

    return {
      onMessage(first: unknown, second?: unknown) {
        const bare = typeof first === 'function'
        const pattern = messagePattern(bare ? {} : first)
        const handle = (bare ? first : second) as MessageHandler
        const matches = matcherOf(pattern, options.groupMessages === 'mentioned')
        const take = reader.handler(({ message, kind }, event) => {
          const found = kind === 'message' ? matches(message) : undefined
          if (found) return handle(createMessage(message, event, outbox, found.match)) as void | Promise<void>
        })
        // What is no function goes to core as it is, which says so.
        return context.on(receive, typeof handle === 'function' ? take : handle, { name: pattern.name })
      },
      onCommand(given, handle) {
        const { definition, remove } = commands.add(given)
        const take = reader.handler(({ message: received, kind, line }, event) => {
          if (kind !== 'command' || !line || commands.get(line.name) !== definition) return
          const message = createMessage(received, event, outbox, undefined)
          return handle({ ...line, name: definition.name, message, reply: message.reply }) as void | Promise<void>
        })
        try {
          const name = `command:${definition.name}`
          const removeHandler = context.on(receive, typeof handle === 'function' ? take : handle, { name })
          return () => {
            removeHandler()
            remove()
          }
        } catch (error) {
          // A command that was refused keeps no name.
          remove()
          throw error
        }
      },
      sendText: (to, text, sendOptions) => outbox.sendText(to, text, sendOptions),
    }
  },
})

/** Answers `/help`, and in direct chats commands that do not exist. */
function answerHelp(
  context: Pick<SetupContext<CheckedMessagingOptions, MessagingEvents, object>, 'on' | 'options'>,
  reader: IncomingReader,
  commands: CommandList,
  outbox: Outbox,
): void {
  const prefix = context.options.commandPrefix
  const { definition } = commands.add(helpCommand)
  const answer = reader.handler(({ message, kind, line }) => {
    const text =
      kind === 'command' && line?.name === definition.name
        ? helpText(commands, prefix, line.args[0])
        : kind === 'unknown_command' && line && message.chatType === 'p2p'
          ? hintText(line.name, prefix)
          : undefined
    if (text !== undefined) return outbox.replyText(message, text).then(() => {})
  })
  context.on(receive, answer, { name: 'help' })
}

/** The type of the factory, for handlers in other files: `({ messaging }: SetupWith<MessagingPlugin>) => …`. */
export type MessagingPlugin = typeof messaging
