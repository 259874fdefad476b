import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { leavesOf, loadEvents } from '../testing/conformance.ts'
import {
  envelopeOf,
  firstApp,
  openIdOf,
  openSandbox,
  request,
  tenantToken,
  WireClient,
} from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let base: string
let table: string

async function call(method: string, path: string, body?: unknown) {
  const answer = await request(sandbox, method, `/open-apis${path}`, { token, body })
  return { ...answer.body, status: answer.status }
}

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2 })
  token = await tenantToken(sandbox)
  base = (await sandbox.documents()).find(({ type }) => type === 'bitable')?.token ?? ''
  const { items } = (await call('GET', `/bitable/v1/apps/${base}/tables`)).data
  table = `/bitable/v1/apps/${base}/tables/${items[2].table_id}`
})

describe('changed records', () => {
  it('are pushed to the apps that subscribed to the base, and to no others', async () => {
    const [first, second] = sandbox.apps
    const client = await WireClient.connect(sandbox, first)
    const other = await WireClient.connect(sandbox, second)
    const files = `/drive/v1/files/${base}`
    await call('POST', `${table}/records`, { fields: { 任务: 'unheard' } })
    expect((await call('POST', `${files}/subscribe?file_type=bitable`)).code).toBe(0)
    expect((await call('GET', `${files}/get_subscribe?file_type=bitable`)).data).toEqual({ is_subscribe: true })
    const Reader = [{ id: openIdOf(sandbox, 'alice') }]
    const { record_id } = (await call('POST', `${table}/records`, { fields: { 任务: 'a', 工时: 1, 负责人: Reader } }))
      .data.record
    await call('PUT', `${table}/records/${record_id}`, { fields: { 工时: 2, 负责人: Reader } })
    await call('DELETE', `${table}/records/${record_id}`)
    await client.until(() => client.data.length === 3)
    const events = client.data.map((frame) => envelopeOf(frame).event)
    expect(events.map(({ action_list }) => action_list[0].action)).toEqual([
      'record_added',
      'record_edited',
      'record_deleted',
    ])
    const [added, edited, deleted] = events
    expect(added).toMatchObject({ file_token: base, operator_id: { open_id: firstApp(sandbox).botOpenId } })
    expect(
      added.action_list[0].after_value.map(({ field_value }: { field_value: string }) => JSON.parse(field_value)),
    ).toEqual([[{ type: 'text', text: 'a' }], 1, [expect.objectContaining({ name: 'Alice Martin' })]])
    expect(edited.action_list[0].before_value).toEqual([{ field_id: expect.any(String), field_value: '1' }])
    expect(deleted.action_list[0].after_value).toEqual([])
    const fields = loadEvents().find(({ type }) => type === 'drive.file.bitable_record_changed_v1')?.fields
    const leaves = [...new Set(leavesOf(added))].filter((leaf) => leaf !== 'action_list.before_value')
    expect(leaves.filter((leaf) => !fields?.includes(leaf))).toEqual([])
    expect((await call('DELETE', `${files}/delete_subscribe?file_type=bitable`)).code).toBe(0)
    expect((await call('DELETE', `${files}/delete_subscribe?file_type=bitable`)).code).toBe(1069605)
    expect((await call('POST', `${files}/subscribe?file_type=sheet`)).code).toBe(1069604)
    expect((await call('POST', `${files}/subscribe`)).code).toBe(99992402)
    await call('POST', `${table}/records`, { fields: { 任务: 'unheard' } })
    expect([client.data.length, other.data.length]).toEqual([3, 0])
  })
})

describe('writes at the same time', () => {
  it('conflict within one table, when writes take time', async () => {
    await sandbox.configure({ tableWriteMs: 60_000 })
    const add = () => call('POST', `${table}/records`, { fields: { 任务: 'a' } })
    const codes: number[] = []
    const writes = [add(), add(), add()].map((write) => write.then(({ code }) => codes.push(code)))
    await expect.poll(() => codes).toEqual([1254291, 1254291])
    const elsewhere = call('POST', `/bitable/v1/apps/${base}/tables`, { table: { name: 'x' } })
    expect((await elsewhere).code).toBe(0)
    await sandbox.setClock({ advanceMs: 60_000 })
    await Promise.all(writes)
    expect(codes).toEqual([1254291, 1254291, 0])
    const filter = { conjunction: 'and', conditions: [{ field_name: '任务', operator: 'is', value: ['a'] }] }
    expect((await call('POST', `${table}/records/search`, { filter })).data.total).toBe(1)
  })
})
