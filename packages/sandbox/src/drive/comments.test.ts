import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { misfits } from '../testing/conformance.ts'
import {
  apiClient,
  envelopeOf,
  firstApp,
  openIdOf,
  openSandbox,
  request,
  tenantToken,
  userToken,
  WireClient,
} from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let document: string
let comments: string

async function call(method: string, path: string, body?: unknown, by = token) {
  const answer = await request(sandbox, method, `/open-apis${path}`, { token: by, body })
  return { ...answer.body, status: answer.status }
}

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
  document = (await sandbox.documents()).find(({ name }) => name.startsWith('Roadmap'))?.token ?? ''
  comments = `/drive/v1/files/${document}/comments`
})

const content = (text: string) => ({ elements: [{ type: 'text_run', text_run: { text } }] })
const comment = (text: string) => ({ reply_list: { replies: [{ content: content(text) }] } })

describe('comments', () => {
  it('are written, answered, solved and taken back', async () => {
    const { comment_id } = (await call('POST', `${comments}?file_type=docx`, comment('First'))).data
    const alice = await userToken(sandbox, 'alice')
    const replies = `${comments}/${comment_id}/replies`
    const elements = [{ type: 'person', person: { user_id: firstApp(sandbox).botOpenId } }]
    const { reply_id } = (await call('POST', `${replies}?file_type=docx`, { content: { elements } }, alice)).data
    const all = (await call('GET', `${replies}?file_type=docx`)).data.items
    expect(all.map((reply: { content: unknown }) => reply.content)).toEqual([content('First'), { elements }])
    const own = `${replies}/${reply_id}?file_type=docx`
    expect((await call('PUT', own, { content: content('no') })).code).toBe(1069303)
    expect((await call('PUT', own, { content: content('Well') }, alice)).code).toBe(0)
    expect((await call('PATCH', `${comments}/${comment_id}?file_type=docx`, { is_solved: true }, alice)).code).toBe(0)
    const one = (await call('GET', `${comments}/${comment_id}?file_type=docx`)).data
    expect(one).toMatchObject({ is_solved: true, solver_user_id: openIdOf(sandbox, 'alice'), is_whole: true })
    expect(one.reply_list.replies).toHaveLength(2)
    const open = (await call('GET', `${comments}?file_type=docx&is_solved=false`)).data.items
    expect(open).toEqual([])
    const queried = await call('POST', `${comments}/batch_query?file_type=docx`, { comment_ids: [comment_id, '1'] })
    expect(queried.data.items).toEqual([one])
    expect((await call('DELETE', own, undefined, alice)).code).toBe(0)
    expect((await call('GET', `${replies}?file_type=docx`)).data.items).toHaveLength(1)
  })

  it('are refused without content, for what is not there, and to those who may not', async () => {
    const create = async (body: object, by?: string) =>
      (await call('POST', `${comments}?file_type=docx`, body, by)).code
    expect(await create({})).toBe(1069302)
    expect(await create({ reply_list: { replies: [{ content: { elements: [] } }] } })).toBe(1069302)
    for (const elements of [null, 'x', [null], [{ type: 'text_run', text_run: { text: 5 } }]]) {
      expect(await create({ reply_list: { replies: [{ content: { elements } }] } })).toBe(1069302)
    }
    expect(await create(comment('x'.repeat(10_001)))).toBe(1069302)
    expect(await create(comment('x'), await userToken(sandbox, 'sunli'))).toBe(1069303)
    expect((await call('GET', `${comments}/1?file_type=docx`)).code).toBe(1069307)
    expect((await call('GET', `/drive/v1/files/x/comments?file_type=docx`)).status).toBe(404)
    expect((await call('GET', comments)).code).toBe(99992402)
  })

  it('reach the bot that is mentioned, in the documented structure', async () => {
    const notices = { event_type: 'drive.notice.comment_add_v1' }
    expect((await call('POST', '/drive/v1/user/subscription', notices)).code).toBe(0)
    const client = await WireClient.connect(sandbox, firstApp(sandbox))
    await sandbox.editDocument({ user: 'alice', token: document, comment: 'For nobody' })
    const mentions = [firstApp(sandbox).appId]
    await sandbox.editDocument({ user: 'zhangwei', token: document, comment: 'Look', mentions })
    await client.until(() => client.data.length === 1)
    const envelope = envelopeOf(client.data[0])
    expect(misfits(envelope)).toEqual([])
    expect(envelope.event).toMatchObject({
      is_mentioned: true,
      notice_meta: { file_token: document, from_user_id: { user_id: 'zhangwei' }, notice_type: 'add_comment' },
    })
    const status = '/drive/v1/user/subscription_status?event_type=drive.notice.comment_add_v1'
    expect((await call('GET', status)).data).toEqual({ data: 'true' })
    await call('DELETE', '/drive/v1/user/remove_subscription?event_type=drive.notice.comment_add_v1')
    expect((await call('GET', status)).data).toEqual({ data: 'false' })
  })

  it('are read by the node SDK', async () => {
    await sandbox.editDocument({ user: 'alice', token: document, comment: 'Hi' })
    const path = { file_token: document }
    const { data } = await apiClient(sandbox).drive.fileComment.list({ path, params: { file_type: 'docx' } })
    expect(data?.items?.[0]?.reply_list?.replies?.[0]?.content).toEqual(content('Hi'))
  })
})
