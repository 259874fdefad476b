import {
  type CardActionEvent,
  createLarkChannel,
  type LarkChannel,
  type NormalizedMessage,
} from '@larksuiteoapi/node-sdk'
import { describe, expect, it } from 'vitest'
import type { Sandbox } from './start-sandbox.ts'
import { afterTest, firstApp, freshCache, openIdOf, openSandbox, silent } from './testing/open-sandbox.ts'

/** The SDK's channel, linked to the sandbox; it does not wait for more messages before it tells of one. */
async function openChannel(sandbox: Sandbox): Promise<LarkChannel> {
  const { appId, appSecret } = firstApp(sandbox)
  const channel = createLarkChannel({
    ...{ appId, appSecret, domain: sandbox.url, logger: silent, cache: freshCache() },
    safety: { batch: { text: { delayMs: 0, longDelayMs: 0 }, media: { delayMs: 0 } } },
    outbound: { streamThrottleMs: 1 },
  })
  afterTest(() => channel.disconnect())
  await channel.connect()
  await sandbox.waitForLinks()
  return channel
}

const button = {
  schema: '2.0',
  config: { update_multi: true },
  body: {
    elements: [
      {
        ...{ tag: 'button', name: 'order', text: { tag: 'plain_text', content: 'Order' } },
        behaviors: [{ type: 'callback', value: { item: 7 } }],
      },
    ],
  },
}

describe("the official node SDK's channel on the sandbox", () => {
  it('finds out who it is', async () => {
    const channel = await openChannel(await openSandbox())
    expect(channel.botIdentity?.openId).toMatch(/^ou_/)
    expect(channel.getConnectionStatus()?.state).toBe('connected')
  })

  it('hears what people say, mentions included, and answers in the thread of the message', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const heard: NormalizedMessage[] = []
    channel.on('message', async (message) => {
      heard.push(message)
      await channel.send(message.chatId, { markdown: '**yes**, `alice`' }, { replyTo: message.messageId })
    })
    const { chatId } = await sandbox.createChat({
      name: 'lunch',
      users: ['alice', 'tomas'],
      apps: [firstApp(sandbox).appId],
    })
    const said = await sandbox.say({
      user: 'alice',
      to: chatId,
      text: 'are you there?',
      mentions: [firstApp(sandbox).appId],
    })
    const reply = await sandbox.waitForMessage({ chatId, afterSeq: said.seq, sender: 'bot' })
    expect(reply.parentId).toBe(said.messageId)
    expect(heard).toMatchObject([{ chatType: 'group', mentionedBot: true, senderId: openIdOf(sandbox, 'alice') }])
  })

  it('sends, edits and recalls what the platform has types for', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const alice = openIdOf(sandbox, 'alice')
    const sent = await channel.send(alice, { text: 'hello' })
    await channel.editMessage(sent.messageId, 'hello again')
    const image = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
      'base64',
    )
    await channel.send(alice, { image: { source: image } })
    await channel.send(alice, { file: { source: Buffer.from('a,b'), fileName: 'table.csv' } })
    await channel.send(alice, { shareUser: { userId: openIdOf(sandbox, 'tomas') } })
    const recalled = await channel.send(alice, { text: 'oops' })
    await channel.recallMessage(recalled.messageId)
    const chat = (await sandbox.chats()).find(({ type }) => type === 'p2p')
    const messages = await sandbox.messages({ chatId: chat?.chatId ?? '' })
    expect(messages.map(({ messageType }) => messageType)).toEqual(['text', 'image', 'file', 'share_user', 'text'])
    expect(messages).toMatchObject([{ text: 'hello again' }, {}, {}, {}, { deleted: true }])
  })

  it('streams markdown into a card', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const { messageId } = await channel.stream(openIdOf(sandbox, 'alice'), {
      markdown: async (stream) => {
        for (const part of ['one ', 'two ', 'three']) await stream.append(part)
      },
    })
    const chat = (await sandbox.chats()).find(({ type }) => type === 'p2p')
    const [card] = await sandbox.messages({ chatId: chat?.chatId ?? '', user: 'alice' })
    expect(card).toMatchObject({ messageId, messageType: 'interactive' })
    expect(card?.content).toContain('one two three')
  })

  it('hears clicks on its cards and updates them', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const { messageId } = await channel.send(openIdOf(sandbox, 'alice'), { card: button })
    const clicked = new Promise<CardActionEvent>((resolve) => channel.on('cardAction', resolve))
    await sandbox.clickCard({ user: 'alice', messageId, element: 'order' })
    expect(await clicked).toMatchObject({ messageId, action: { tag: 'button', value: { item: 7 } } })
    const done = { ...button, body: { elements: [{ tag: 'markdown', content: 'ordered' }] } }
    await channel.updateCard(messageId, done)
    expect((await sandbox.ledger({ api: 'PATCH /open-apis/im/v1/messages/:message_id' })).length).toBe(1)
  })

  it('hears reactions and puts and removes its own', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const { messageId } = await channel.send(openIdOf(sandbox, 'alice'), { text: 'lunch?' })
    const reacted = new Promise((resolve) => channel.on('reaction', resolve))
    await sandbox.react({ user: 'alice', messageId, emojiType: 'THUMBSUP' })
    expect(await reacted).toMatchObject({ messageId, emojiType: 'THUMBSUP', action: 'added' })
    await channel.addReaction(messageId, 'OK')
    expect(await channel.removeReactionByEmoji(messageId, 'OK')).toBe(true)
    expect(await channel.removeReactionByEmoji(messageId, 'OK')).toBe(false)
  })

  it('asks about chats', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const [group] = (await sandbox.chats()).filter(({ type }) => type === 'group')
    const info = await channel.getChatInfo(group?.chatId ?? '')
    expect(info).toMatchObject({ chatId: group?.chatId, name: group?.name, chatType: 'group' })
    expect(await channel.getChatMode(group?.chatId ?? '')).toBe('group')
  })

  it('hears of groups that it is put into', async () => {
    const sandbox = await openSandbox()
    const channel = await openChannel(sandbox)
    const added = new Promise((resolve) => channel.on('botAdded', resolve))
    const { chatId } = await sandbox.createChat({ name: 'lunch', users: ['alice'], apps: [] })
    await sandbox.addBot({ user: 'alice', chatId, appId: firstApp(sandbox).appId })
    expect(await added).toMatchObject({ chatId, operator: { openId: openIdOf(sandbox, 'alice') } })
  })

  it('keeps its policy: what does not mention the bot is turned away', async () => {
    const sandbox = await openSandbox({ apps: [{ receivesAllGroupMessages: true }] })
    const { appId } = firstApp(sandbox)
    const channel = await openChannel(sandbox)
    channel.updatePolicy({ requireMention: true })
    const rejected = new Promise((resolve) => channel.on('reject', resolve))
    const { chatId } = await sandbox.createChat({ name: 'lunch', users: ['alice'], apps: [appId] })
    const { messageId } = await sandbox.say({ user: 'alice', to: chatId, text: 'not for the bot' })
    expect(await rejected).toMatchObject({ messageId, reason: 'no_mention' })
  })

  it('is linked again after its link was lost, and tells so', async () => {
    const sandbox = await openSandbox({
      settings: { clientConfig: { ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 120 } },
    })
    const channel = await openChannel(sandbox)
    const told: string[] = []
    channel.on({ reconnecting: () => told.push('reconnecting') })
    const back = new Promise<void>((resolve) => channel.on('reconnected', resolve))
    await sandbox.dropLinks()
    await back
    expect(told).toEqual(['reconnecting'])
  })

  it('says that it is not connected when the secret is wrong', async () => {
    const sandbox = await openSandbox()
    const { appId } = firstApp(sandbox)
    const options = { appId, appSecret: 'no', domain: sandbox.url, logger: silent, cache: freshCache() }
    await expect(createLarkChannel(options).connect()).rejects.toMatchObject({ code: 'not_connected' })
  })
})
