import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { Sandbox } from '../start-sandbox.ts'
import { afterTest, firstApp, openSandbox, sendText, tenantToken, WireClient } from '../testing/open-sandbox.ts'
import type { FeedItem } from './page-records.ts'

/** The feed of an open page. */
class FeedClient {
  readonly items: FeedItem[] = []
  readonly socket: WebSocket
  readonly #waiting = new Set<() => void>()

  constructor(sandbox: Sandbox, query: string) {
    this.socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/sandbox/feed?${query}`)
    this.socket.on('message', (data: Buffer) => {
      this.items.push(...(JSON.parse(data.toString()) as FeedItem[]))
      for (const check of this.#waiting) check()
    })
    afterTest(() => this.socket.terminate())
  }

  /** Resolves with the first item that fits, now or later. */
  async item<K extends FeedItem['kind']>(
    kind: K,
    fits: (item: Extract<FeedItem, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<FeedItem, { kind: K }>> {
    const find = () =>
      this.items.find((item): item is Extract<FeedItem, { kind: K }> => item.kind === kind && fits(item as never))
    return (
      find() ??
      new Promise((resolve) => {
        const check = () => {
          const found = find()
          if (!found) return
          this.#waiting.delete(check)
          resolve(found)
        }
        this.#waiting.add(check)
      })
    )
  }
}

async function openFeed(sandbox: Sandbox, query = 'user=alice'): Promise<FeedClient> {
  const feed = new FeedClient(sandbox, query)
  await feed.item('sync')
  return feed
}

async function groupOf(sandbox: Sandbox, name: string): Promise<string> {
  return (await sandbox.chats()).find((chat) => chat.name === name)?.chatId ?? ''
}

describe('the feed of a page', () => {
  it('tells messages, reactions, edits and recalls as they happen', async () => {
    const sandbox = await openSandbox()
    const feed = await openFeed(sandbox)
    const chatId = await groupOf(sandbox, 'All hands')
    const { messageId } = await sandbox.say({ user: 'tomas', to: chatId, text: 'hello' })
    expect((await feed.item('message')).message).toMatchObject({ messageId, text: 'hello', deleted: false })
    await sandbox.react({ user: 'alice', messageId, emojiType: 'OK' })
    await feed.item('message', ({ message }) => message.reactions.length === 1)
    await sandbox.recall({ user: 'tomas', messageId })
    await feed.item('message', ({ message }) => message.deleted)
    const token = await tenantToken(sandbox)
    const sent = await sendText(sandbox, token, chatId, 'first')
    const path = `${sandbox.url}/open-apis/im/v1/messages/${sent.body.data.message_id}`
    const body = JSON.stringify({ msg_type: 'text', content: '{"text":"second"}' })
    await fetch(path, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body })
    await feed.item('message', ({ message }) => message.text === 'second' && message.updated)
  })

  it('tells nothing of chats that the person is not in', async () => {
    const sandbox = await openSandbox()
    const feed = await openFeed(sandbox)
    await sandbox.say({ user: 'zhangwei', to: await groupOf(sandbox, '研发日常'), text: 'secret' })
    await sandbox.say({ user: 'alice', text: 'mine' })
    await feed.item('message')
    expect(feed.items.flatMap((item) => (item.kind === 'message' ? item.message.text : []))).toEqual(['mine'])
  })

  it('tells chats that came, who reads on, links and people', async () => {
    const sandbox = await openSandbox()
    const feed = await openFeed(sandbox)
    const { appId } = firstApp(sandbox)
    const { chatId } = await sandbox.createChat({ name: 'Launch', users: ['alice', 'tomas'], apps: [appId] })
    expect((await feed.item('chat')).chat).toMatchObject({ chatId, name: 'Launch', unread: 0 })
    const { seq } = await sandbox.say({ user: 'alice', to: chatId, text: 'go' })
    await sandbox.read({ user: 'tomas', chatId })
    expect(await feed.item('read')).toEqual({ kind: 'read', chatId, userId: 'tomas', seq })
    await WireClient.connect(sandbox)
    await feed.item('app', ({ app }) => app.links === 1)
    await sandbox.createUser({ userId: 'newbie', name: '新人' })
    await feed.item('people')
  })

  it('tells events and calls to those who inspect, and to nobody else', async () => {
    const sandbox = await openSandbox()
    const [plain, inspecting] = [await openFeed(sandbox), await openFeed(sandbox, 'user=tomas&inspect=1')]
    const { eventIds, messageId, chatId } = await sandbox.say({ user: 'alice', text: 'hello' })
    expect((await inspecting.item('event')).event).toMatchObject({
      eventId: eventIds[0],
      state: 'pending',
      pushes: [{ outcome: 'not-connected' }],
      messageIds: [messageId],
      chatIds: [chatId],
    })
    await sandbox.pushCallback({ appId: firstApp(sandbox).appId, eventType: 'card.action.trigger', event: {} })
    await inspecting.item('callback', ({ callback }) => callback.outcome === 'not-connected')
    await sendText(sandbox, await tenantToken(sandbox), chatId, 'answer')
    const { call } = await inspecting.item('call', ({ call }) => call.path === '/open-apis/im/v1/messages')
    expect(call).toMatchObject({ status: 200, code: 0, chatIds: [chatId] })
    expect(inspecting.items.map(({ kind }) => kind)).not.toContain('message')
    await plain.item('message')
    expect(plain.items.filter(({ kind }) => kind === 'event' || kind === 'call')).toEqual([])
  })

  it('sends only the newest state of what changes often', async () => {
    const sandbox = await openSandbox()
    const feed = await openFeed(sandbox)
    const { messageId } = await sandbox.say({ user: 'alice', text: 'hello' })
    for (const emojiType of ['OK', 'HEART', 'DONE']) await sandbox.react({ user: 'alice', messageId, emojiType })
    expect((await feed.item('message')).message.reactions).toHaveLength(3)
  })

  it('asks a page to load again after more changes than it could want, and after a reset', async () => {
    const sandbox = await openSandbox()
    const feed = await openFeed(sandbox)
    feed.items.length = 0
    for (let i = 0; i < 2000; i += 1) await sandbox.say({ user: 'alice', text: `message ${i}` })
    await feed.item('sync')
    expect(feed.items.filter(({ kind }) => kind === 'message')).toEqual([])
    feed.items.length = 0
    await sandbox.reset()
    await feed.item('sync')
  })

  it('waits for a page that reads nothing, without keeping what it misses', async () => {
    const sandbox = await openSandbox()
    const feed = await openFeed(sandbox)
    feed.items.length = 0
    feed.socket.pause()
    const big = 'x'.repeat(100_000)
    // More than the buffers of both sockets take.
    for (let i = 0; i < 200; i += 1) await sandbox.say({ user: 'alice', text: big })
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (let i = 0; i < 1000; i += 1) await sandbox.say({ user: 'alice', text: 'missed' })
    feed.socket.resume()
    await feed.item('sync')
    expect(feed.items.filter(({ kind }) => kind === 'message')).toHaveLength(200)
  })

  it('is refused to somebody whom the sandbox does not have', async () => {
    const sandbox = await openSandbox()
    const feed = new FeedClient(sandbox, 'user=nobody')
    const message = await new Promise((resolve) => feed.socket.once('error', (error) => resolve(error.message)))
    expect(message).toContain('400')
  })
})
