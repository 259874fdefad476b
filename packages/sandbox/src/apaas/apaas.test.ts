import { withUserAccessToken } from '@larksuiteoapi/node-sdk'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { startSandbox } from '../start-sandbox.ts'
import { leavesOf, loadEvents } from '../testing/conformance.ts'
import { apiClient, envelopeOf, request, tenantToken, userToken, WireClient } from '../testing/open-sandbox.ts'

// The embedded database takes seconds to start, more on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

let sandbox: Sandbox
let token: string
let workspace: string

beforeAll(async () => {
  sandbox = await startSandbox()
  token = await userToken(sandbox, 'alice')
  workspace = (await sandbox.documents()).find(({ type }) => type === 'workspace')?.token ?? ''
  await sql('SELECT 1')
  return () => sandbox.close()
})

beforeEach(() => sandbox.reset())

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const url = `/open-apis/apaas/v1/workspaces/${workspace}${path}`
  return (await request(sandbox, method, url, { token, body, headers })).body
}

async function sql(text: string) {
  const answer = await call('POST', '/sql_commands', { sql: text })
  return answer.code === 0 ? answer.data.result && JSON.parse(answer.data.result) : answer
}

const records = async (path: string) => JSON.parse((await call('GET', path)).data.items)
const query = (values: Record<string, string>) => `?${new URLSearchParams(values)}`

describe('SQL', () => {
  it('is executed: queries with joins, changes, and tables that are made', async () => {
    const joined = await sql(`SELECT c.name, count(*) AS orders, max(o.ordered_on) AS latest
      FROM orders o JOIN customers c ON c._id = o.customer_id GROUP BY c.name ORDER BY c.name LIMIT 1`)
    expect(joined).toEqual([{ name: 'Blue River Logistics', orders: 3, latest: '2026-02-21' }])
    expect(await sql("UPDATE products SET stock = stock - 1 WHERE sku = 'KB-01'")).toBe('')
    expect(await sql("SELECT stock, price FROM products WHERE sku = 'KB-01'")).toEqual([{ stock: 119, price: 399 }])
    expect(await sql('CREATE TABLE notes (id int); INSERT INTO notes VALUES (7); SELECT id FROM notes')).toEqual([
      { id: 7 },
    ])
    expect(await sql("DELETE FROM products WHERE sku = 'none' RETURNING sku")).toEqual([])
  })

  it('is refused with the message of PostgreSQL, and leaves nothing behind', async () => {
    const wrong = await call('POST', '/sql_commands', { sql: 'SELEC 1' })
    expect([wrong.code, wrong.msg]).toEqual([2320001, expect.stringContaining('syntax error')])
    await sql('BEGIN; DELETE FROM order_items')
    await sql('INSERT INTO orders (customer_id) VALUES (gen_random_uuid())')
    expect(await sql('SELECT count(*) AS n FROM order_items')).toEqual([{ n: 20 }])
    expect((await call('POST', '/sql_commands', {})).code).toBe(2320001)
  })

  it('needs a user token and a workspace that exists', async () => {
    const own = token
    token = await tenantToken(sandbox)
    expect((await call('POST', '/sql_commands', { sql: 'SELECT 1' })).code).toBe(99991663)
    token = own
    const url = '/open-apis/apaas/v1/workspaces/workspace_none/sql_commands'
    const unknown = await request(sandbox, 'POST', url, { token, body: { sql: 'SELECT 1' } })
    expect([unknown.status, unknown.body.code]).toEqual([400, 2320001])
  })
})

describe('tables and enums', () => {
  it('are described', async () => {
    const list = (await call('GET', '/tables?page_size=3')).data
    expect(list.items.map(({ name }: { name: string }) => name)).toEqual(['customers', 'products', 'orders'])
    const rest = await call('GET', `/tables?page_token=${list.page_token}`)
    expect(rest.data).toMatchObject({ has_more: false, items: [{ name: 'order_items' }] })
    const { columns, description } = (await call('GET', '/tables/orders')).data
    expect(description).toBe('订单 Orders')
    const column = (name: string) => columns.find((one: { name: string }) => one.name === name)
    expect(column('_id')).toMatchObject({ data_type: 'uuid', is_primary_key: true, is_allow_null: false })
    expect(column('number')).toMatchObject({ data_type: 'int4', is_unique: true, is_auto_increment: true })
    expect(column('status')).toMatchObject({ data_type: 'order_status', default_value: "'pending'::order_status" })
    expect((await call('GET', '/tables/customers')).data.columns.at(-2)).toMatchObject({
      is_array: true,
      data_type: 'text',
    })
    expect((await call('GET', '/tables/nosuch')).code).toBe(2320001)
    expect((await call('GET', '/tables?page_size=501')).code).toBe(2320001)
    expect((await call('GET', '/enums')).data.items).toHaveLength(2)
    expect((await call('GET', '/enums/customer_level')).data).toMatchObject({
      options: ['standard', 'gold', 'platinum'],
      created_at: expect.stringMatching(/^\d{13}$/),
      created_by: { name: '张伟' },
    })
    expect((await call('GET', '/enums/nosuch')).code).toBe(2320001)
  })
})

describe('records', () => {
  const customers = '/tables/customers/records'
  const names = async (filter: string, more = {}) => {
    const rows = await records(
      `${customers}${query({ filter, select: 'name', order: 'name', page_size: '500', ...more })}`,
    )
    return rows.map(({ name }: { name: string }) => name)
  }

  it('are read by filter, order, choice of columns and page', async () => {
    expect(await names('level=eq.gold')).toEqual(['Fjord Analytics', '晨光文具'])
    expect(await names('credit=gte.50000&city=neq.Oslo')).toEqual(['Blue River Logistics', '晨光文具'])
    expect(await names('or=(city.eq.上海,and(level.eq.standard,credit.lt.30000))')).toEqual(['晨光文具', '江南食品'])
    expect(await names('name=ilike.*RIVER*')).toEqual(['Blue River Logistics'])
    expect(await names('city=in.(Oslo,"London")')).toHaveLength(2)
    expect(await names('city=not.in.(Oslo,London)')).toHaveLength(3)
    expect(await names('tags=cs.{remote}')).toEqual(['Fjord Analytics'])
    expect(await names('contact=is.null')).toEqual([])
    expect(await names(encodeURIComponent('credit=gt.100000'))).toEqual(['Blue River Logistics'])
    const page = (
      await call('GET', `${customers}${query({ page_size: '2', order: 'credit.desc', select: '名称:name,credit' })}`)
    ).data
    expect(page).toMatchObject({ has_more: true, total: 5, page_token: expect.any(String) })
    expect(JSON.parse(page.items)).toEqual([
      { 名称: 'Blue River Logistics', credit: 120000 },
      { 名称: 'Fjord Analytics', credit: 80000 },
    ])
    expect(
      await names('', { order: 'credit.desc.nullslast', page_token: page.page_token, page_size: '10' }),
    ).toHaveLength(3)
    const overview = await records(`/views/order_overview/records${query({ order: 'number', page_size: '1' })}`)
    expect(overview).toEqual([
      { number: 1, customer: '晨光文具', status: 'pending', ordered_on: '2026-01-06', total: expect.any(Number) },
    ])
  })

  it.each([
    { filter: 'level=gold' },
    { filter: 'level=eq.silver' },
    { filter: 'nosuch=eq.1' },
    { filter: 'level' },
    { filter: 'or=city.eq.1' },
    { select: 'nosuch' },
    { order: 'name.sideways' },
    { order: 'name; DROP TABLE orders' },
    { page_token: '!' },
    { page_size: '0' },
  ])('are refused to a read with %j', async (values) => {
    expect((await call('GET', `${customers}${query(values as Record<string, string>)}`)).code).toBe(2320001)
  })

  it('are added, or merged where they exist already', async () => {
    const rows = [
      { name: '新客户', city: '成都' },
      { name: '晨光文具', credit: 1 },
    ]
    const body = { records: JSON.stringify(rows) }
    expect((await call('POST', customers, body)).code).toBe(2320001)
    expect(await names('city=eq.成都')).toEqual([])
    const path = `${customers}?on_conflict=name`
    const merged = await call('POST', path, body, { prefer: 'resolution=merge-duplicates, missing=default' })
    expect(merged.data.record_ids).toHaveLength(2)
    expect(await sql("SELECT credit, level, city FROM customers WHERE name = '晨光文具'")).toEqual([
      { credit: 1, level: 'gold', city: '上海' },
    ])
    const ignored = await call(
      'POST',
      path,
      { records: '[{"name":"晨光文具","credit":9}]' },
      { prefer: 'resolution=ignore-conflicts' },
    )
    expect(ignored.data.record_ids).toEqual([])
    expect((await call('POST', customers, { records: '[{"name":null}]' })).code).toBe(2320001)
    expect((await call('POST', customers, { records: '[{"nosuch":1}]' })).code).toBe(2320001)
    expect((await call('POST', customers, { records: 'x' })).code).toBe(2320001)
    expect((await call('POST', customers, { records: [] })).code).toBe(2320001)
    const many = JSON.stringify(Array.from({ length: 501 }, (_, index) => ({ name: `c${index}` })))
    expect((await call('POST', customers, { records: many })).code).toBe(2320001)
  })

  it('are changed by filter and in batches, and deleted', async () => {
    const path = `${customers}${query({ filter: 'level=eq.gold' })}`
    const patched = await call('PATCH', path, { record: '{"credit":5,"tags":["a","b"]}' })
    expect(patched.data.record_ids).toHaveLength(2)
    expect(
      await sql("SELECT credit, tags, _updated_by = _created_by AS same FROM customers WHERE city = 'Oslo'"),
    ).toEqual([{ credit: 5, tags: ['a', 'b'], same: false }])
    const [first, second] = patched.data.record_ids
    const batch = (rows: unknown) =>
      call('PATCH', '/tables/customers/records_batch_update', { records: JSON.stringify(rows) })
    expect(
      (
        await batch([
          { _id: first, credit: 6 },
          { _id: second, credit: 7 },
        ])
      ).data.record_ids,
    ).toEqual([first, second])
    expect(
      (
        await batch([
          { _id: first, credit: 6 },
          { _id: second, city: 'x' },
        ])
      ).code,
    ).toBe(2320001)
    expect((await batch([{ credit: 6 }])).code).toBe(2320001)
    expect((await call('PATCH', customers, { record: '{"credit":1}' })).code).toBe(2320001)
    expect((await call('DELETE', customers)).code).toBe(2320001)
    expect((await call('DELETE', `${customers}${query({ filter: 'city=eq.Oslo' })}`)).code).toBe(2320001)
    expect((await call('DELETE', `/tables/order_items/records${query({ filter: 'quantity=eq.1' })}`)).code).toBe(0)
    expect(await sql('SELECT count(*) AS n FROM order_items')).toEqual([{ n: 13 }])
  })

  it('that change are pushed to apps, however they were changed', async () => {
    const client = await WireClient.connect(sandbox)
    await sql("UPDATE products SET stock = 1 WHERE sku = 'KB-01'")
    await call('POST', '/tables/products/records', { records: '[{"sku":"X","name":"X","price":1}]' })
    await client.until(() => client.data.length === 2)
    const [update, insert] = client.data.map(envelopeOf)
    expect(update).toMatchObject({
      header: { event_type: 'apaas.workspace.record_change_v1' },
      event: { workspace, table: 'products', type: 'UPDATE', operator: expect.stringMatching(/^\(18\d{14}\)$/) },
    })
    expect(Object.keys(JSON.parse(update.event.after)).sort()).toEqual(['_updated_at', '_updated_by', 'stock'])
    expect(insert.event).toMatchObject({ type: 'INSERT', before: null })
    const contract = loadEvents().find(({ type }) => type === insert.header.event_type)
    expect(leavesOf(update.event).sort()).toEqual([...(contract?.fields ?? [])].sort())
  })
})

describe('the official SDK', () => {
  it('runs SQL and reads records in the name of a user', async () => {
    const client = apiClient(sandbox)
    const path = { workspace_id: workspace }
    const ran = await client.apaas.v1.workspace.sqlCommands(
      { path, data: { sql: 'SELECT 1 AS one' } },
      withUserAccessToken(token),
    )
    expect(ran.data?.result).toBe('[{"one":1}]')
    const read = await client.apaas.v1.workspaceTable.recordsGet(
      { path: { ...path, table_name: 'products' }, params: { filter: 'stock=gt.100', select: 'sku', order: 'sku' } },
      withUserAccessToken(token),
    )
    expect(JSON.parse(read.data?.items ?? '')).toEqual([{ sku: 'KB-01' }, { sku: 'MS-02' }])
  })
})
