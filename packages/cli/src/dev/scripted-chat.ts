import { CliError } from '../cli-error.ts'
import type { ChatPartner } from './chat-partner.ts'
import { botLine, userLine } from './conversation.ts'

/**
 * Says one text after the other, each when the one before was answered, and prints the conversation.
 * @throws CliError when the bot does not answer in time
 */
export async function scriptedChat(
  texts: Iterable<string> | AsyncIterable<string>,
  { control, user, appId, settled }: ChatPartner,
  { timeoutMs, logFile }: { readonly timeoutMs: number; readonly logFile: string },
): Promise<void> {
  for await (const text of texts) {
    process.stdout.write(`${userLine(text)}\n`)
    const deadline = performance.now() + timeoutMs
    const said = await control.say(user, appId, text)
    const first = await control.nextOfBot(said.seq, { chatId: said.chatId, timeoutMs })
    if (!first)
      throw new CliError(
        `The bot did not answer ${JSON.stringify(text)} within ${timeoutMs / 1000} s.`,
        `No handler fits it, or one failed; the log is in ${logFile}.`,
      )
    // A handler may say more than one thing.
    await settled(said.messageId, deadline - performance.now())
    const answers = await control.messages(said.chatId, said.seq)
    for (const answer of answers) if (answer.sender.type === 'bot') process.stdout.write(`${botLine(answer)}\n`)
  }
}
