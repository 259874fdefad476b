import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openSandbox, sendText, tenantToken } from '../testing/open-sandbox.ts'
import type { PageChat, PageMessages, PageStart } from './page-records.ts'

async function query<T>(sandbox: Sandbox, path: string): Promise<T> {
  return (await (await fetch(`${sandbox.url}/sandbox/page/${path}`)).json()) as T
}

const texts = ({ messages }: PageMessages) => messages.map(({ text }) => text)

describe('what the page asks', () => {
  it('tells people and bots with every id that may name them', async () => {
    const sandbox = await openSandbox({ apps: 2 })
    const { people, apps } = await query<PageStart>(sandbox, 'start')
    const alice = people.find(({ userId }) => userId === 'alice')
    expect(alice).toMatchObject({ enName: 'Alice Martin', department: { enName: 'Product' } })
    expect(alice?.ids).toEqual(expect.arrayContaining(sandbox.apps.map(({ appId }) => openIdIn(sandbox, appId))))
    expect(apps.map(({ name, links }) => [name, links])).toEqual([
      ['Larkspur', 0],
      ['Larkspur 2', 0],
    ])
  })

  it('lists direct chats with bots before anything was said there', async () => {
    const sandbox = await openSandbox()
    const direct = async () =>
      (await query<PageChat[]>(sandbox, 'chats?user=alice')).filter((chat) => chat.type === 'p2p')
    const [before] = await direct()
    expect(before).toMatchObject({ appIds: [firstApp(sandbox).appId], unread: 0 })
    const said = await sandbox.say({ user: 'alice', text: 'hello' })
    expect(await direct()).toEqual([
      expect.objectContaining({ chatId: said.chatId, lastMessage: expect.objectContaining({ text: 'hello' }) }),
    ])
    expect(before?.chatId).toBe(said.chatId)
  })

  it('counts what others said since somebody read', async () => {
    const sandbox = await openSandbox()
    const { chatId } = await sandbox.say({ user: 'alice', text: 'hello' })
    const token = await tenantToken(sandbox)
    for (const text of ['one', 'two']) await sendText(sandbox, token, chatId, text)
    const unread = async () =>
      (await query<PageChat[]>(sandbox, 'chats?user=alice')).find((chat) => chat.chatId === chatId)?.unread
    expect(await unread()).toBe(2)
    await sandbox.read({ user: 'alice', chatId })
    expect(await unread()).toBe(0)
    await sendText(sandbox, token, chatId, 'three')
    expect(await unread()).toBe(1)
  })

  it('pages through a conversation in both directions', async () => {
    const sandbox = await openSandbox()
    const said = []
    for (let i = 0; i < 7; i += 1) said.push(await sandbox.say({ user: 'alice', text: String(i) }))
    const chat = `messages?user=alice&chat=${said[0]?.chatId}&limit=3`
    const page = (more = '') => query<PageMessages>(sandbox, chat + more)
    const newest = await page()
    expect([texts(newest), newest.hasOlder, newest.hasNewer]).toEqual([['4', '5', '6'], true, false])
    const older = await page(`&before=${newest.messages[0]?.seq}`)
    expect([texts(older), older.hasOlder, older.hasNewer]).toEqual([['1', '2', '3'], true, true])
    const newer = await page(`&after=${older.messages[2]?.seq}`)
    expect([texts(newer), newer.hasNewer]).toEqual([['4', '5', '6'], false])
    expect(texts(await page(`&around=${said[2]?.messageId}`))).toEqual(['1', '2', '3'])
  })

  it('keeps replies in a thread out of the conversation', async () => {
    const sandbox = await openSandbox()
    const root = await sandbox.say({ user: 'alice', text: 'question' })
    const answer = await sandbox.say({ user: 'alice', text: 'answer', replyTo: root.messageId })
    await sandbox.say({ user: 'alice', text: 'in the thread', replyTo: answer.messageId, inThread: true })
    const chat = `messages?user=alice&chat=${root.chatId}`
    const conversation = await query<PageMessages>(sandbox, chat)
    expect(conversation.messages.map(({ text, threadReplies }) => [text, threadReplies])).toEqual([
      ['question', undefined],
      ['answer', 1],
    ])
    expect(conversation.messages[1]?.parent?.text).toBe('question')
    const thread = await query<PageMessages>(sandbox, `${chat}&thread=${conversation.messages[1]?.threadId}`)
    expect(texts(thread)).toEqual(['answer', 'in the thread'])
  })

  it('shows no conversation to somebody who is not in it', async () => {
    const sandbox = await openSandbox()
    const { chatId } = await sandbox.say({ user: 'alice', text: 'hello' })
    const answer = await fetch(`${sandbox.url}/sandbox/page/messages?user=tomas&chat=${chatId}`)
    expect([answer.status, await answer.json()]).toEqual([400, { error: `tomas is not a member of chat ${chatId}.` }])
  })

  it.each(['nonsense', 'messages?user=alice&chat=x&before=soon', 'chats?user=nobody'])(
    'is refused in a sentence: %s',
    async (path) => {
      const sandbox = await openSandbox()
      expect(await query(sandbox, path)).toEqual({ error: expect.stringMatching(/\S.*\.$/) })
    },
  )
})

describe('uploads of the page', () => {
  it('come back as what they are, and never as a page of this origin', async () => {
    const sandbox = await openSandbox()
    const upload = async (kind: string, body: Buffer) => {
      const url = `${sandbox.url}/sandbox/page/upload?kind=${kind}&name=${encodeURIComponent('报告.html')}`
      return (await (await fetch(url, { method: 'POST', body })).json()) as { key: string }
    }
    const resource = async ({ key }: { key: string }) => fetch(`${sandbox.url}/sandbox/page/resource?key=${key}`)
    const image = await resource(await upload('image', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')))
    expect(image.headers.get('content-type')).toBe('image/png')
    const file = await resource(await upload('file', Buffer.from('<script>alert(1)</script>')))
    expect(file.headers.get('content-type')).toBe('application/octet-stream')
    expect(file.headers.get('content-disposition')).toContain(
      `attachment; filename*=UTF-8''${encodeURIComponent('报告')}`,
    )
    expect(file.headers.get('content-security-policy')).toContain('sandbox')
    expect((await resource({ key: 'img_v3_absent' })).status).toBe(404)
    expect(await upload('file', Buffer.alloc(0))).toEqual({ error: expect.stringContaining('empty') })
  })
})

function openIdIn(sandbox: Sandbox, appId: string): string {
  return sandbox.users.find(({ userId }) => userId === 'alice')?.openIds[appId] ?? ''
}
