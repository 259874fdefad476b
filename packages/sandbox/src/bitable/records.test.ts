import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { apiClient, openIdOf, openSandbox, request, tenantToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let table: string

const apps = '/open-apis/bitable/v1/apps'

async function call(method: string, path: string, body?: unknown) {
  return request(sandbox, method, apps + path, { token, body })
}

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
  const base = (await call('POST', '', { name: 'Books' })).body.data.app
  const fields = [
    { field_name: 'Title', type: 1 },
    { field_name: 'Pages', type: 2 },
    { field_name: 'State', type: 3, property: { options: [{ name: 'new' }, { name: 'read' }] } },
    { field_name: 'Tags', type: 4 },
    { field_name: 'Due', type: 5 },
    { field_name: 'Done', type: 7 },
    { field_name: 'Reader', type: 11 },
    { field_name: 'Phone', type: 13 },
    { field_name: 'Site', type: 15 },
    { field_name: 'Files', type: 17 },
    { field_name: 'Place', type: 22 },
    { field_name: 'Groups', type: 23 },
    { field_name: 'Made', type: 1001 },
    { field_name: 'Maker', type: 1003 },
    { field_name: 'No', type: 1005 },
  ]
  const made = await call('POST', `/${base.app_token}/tables`, { table: { name: 'List', fields } })
  table = `/${base.app_token}/tables/${made.body.data.table_id}`
  await call('POST', `${table}/fields`, { field_name: 'Mail', type: 1, ui_type: 'Email' })
})

const create = (fields: unknown, query = '') => call('POST', `${table}/records${query}`, { fields })
const search = async (body: unknown = {}) => (await call('POST', `${table}/records/search`, body)).body.data

describe('records', () => {
  it('are answered as they were written, and read back as each type shows them', async () => {
    const [chat] = await sandbox.chats()
    const fields = {
      Title: 'Larkspur',
      Mail: 'a@b.example',
      Pages: 12.5,
      State: 'read',
      Tags: ['blue', 'tall', 'blue'],
      Due: 1767225600000,
      Done: true,
      Reader: [{ id: openIdOf(sandbox, 'alice') }],
      Phone: '+8613900000000',
      Site: { text: 'home', link: 'https://x.example' },
      Files: [{ file_token: 'boxA' }],
      Place: '116.397755,39.903179',
      Groups: [{ id: chat?.chatId }],
    }
    const created = await create(fields)
    const { record } = created.body.data
    expect(record).toEqual({ fields, id: record.record_id, record_id: expect.stringMatching(/^rec\w{11}$/) })
    const { items } = await search()
    expect(items).toEqual([
      {
        record_id: record.record_id,
        fields: {
          Title: [{ type: 'text', text: 'Larkspur' }],
          Mail: [{ type: 'url', text: 'a@b.example', link: 'mailto:a@b.example' }],
          Pages: 12.5,
          State: 'read',
          Tags: ['blue', 'tall'],
          Due: 1767225600000,
          Done: true,
          Reader: [
            {
              id: openIdOf(sandbox, 'alice'),
              name: 'Alice Martin',
              en_name: 'Alice Martin',
              email: 'alice@larkspur.example',
              avatar_url: '',
            },
          ],
          Phone: '+8613900000000',
          Site: { text: 'home', link: 'https://x.example' },
          Files: [{ file_token: 'boxA' }],
          Place: expect.objectContaining({ location: '116.397755,39.903179' }),
          Groups: [{ id: chat?.chatId, name: chat?.name, avatar_url: '' }],
          Made: expect.any(Number),
          Maker: [expect.objectContaining({ name: 'Larkspur' })],
          No: '1',
        },
      },
    ])
    expect((await call('GET', `${table}/fields`)).body.data.items[3].property.options).toMatchObject([
      { name: 'blue' },
      { name: 'tall' },
    ])
  })

  it('keep the cells that an update leaves out, and empty those with null', async () => {
    const { record_id } = (await create({ Title: 'a', Pages: 1 })).body.data.record
    await call('PUT', `${table}/records/${record_id}`, { fields: { Title: null, State: 'new' } })
    const [read] = (await call('POST', `${table}/records/batch_get`, { record_ids: [record_id, 'recNone'] })).body.data
      .records
    expect(read.fields).toMatchObject({ Pages: 1, State: 'new' })
    expect(read.fields.Title).toBeUndefined()
    expect((await call('DELETE', `${table}/records/${record_id}`)).body.data).toEqual({ deleted: true, record_id })
    const gone = (await call('POST', `${table}/records/batch_get`, { record_ids: [record_id] })).body.data
    expect(gone).toEqual({ records: [], absent_record_ids: [record_id], forbidden_record_ids: [] })
  })

  it.each([
    [{ Title: 3 }, 1254060],
    [{ Pages: '3' }, 1254061],
    [{ State: ['new'] }, 1254062],
    [{ Tags: 'blue' }, 1254063],
    [{ Due: '2026-01-01' }, 1254064],
    [{ Done: 'yes' }, 1254065],
    [{ Reader: [{ id: 'ou_nobody' }] }, 1254066],
    [{ Reader: 'alice' }, 1254066],
    [{ Phone: 'call me' }, 1254072],
    [{ Site: 'https://x.example' }, 1254068],
    [{ Files: ['boxA'] }, 1254069],
    [{ Nope: 1 }, 1254045],
  ])('refuse %j with its code and HTTP 200', async (fields, code) => {
    const refused = await create(fields)
    expect([refused.status, refused.body.code]).toEqual([200, code])
    expect((await search()).total).toBe(0)
  })

  it('refuse values for what the platform fills in, and calls that are malformed', async () => {
    expect(await create({ Made: 1 })).toMatchObject({ status: 400, body: { code: 1254015 } })
    expect((await create('x')).body.code).toBe(99992402)
    expect((await create({ Title: 'x'.repeat(100_001) })).body.code).toBe(1254130)
    expect((await call('POST', `${table}/records`, {})).body.code).toBe(99992402)
    expect(await create({ Title: 'a' }, '?client_token=1')).toMatchObject({ status: 400, body: { code: 1254037 } })
    expect((await call('PUT', `${table}/records/recNone`, { fields: {} })).body.code).toBe(1254043)
    expect((await call('POST', '/none/tables/tbl/records', { fields: {} })).body.code).toBe(1254040)
    expect((await call('POST', `${table}x/records`, { fields: {} })).body.code).toBe(1254041)
    const wrong = await call('POST', `${table}/records/batch_create`, { records: [{ fields: {} }, { no: 1 }] })
    expect(wrong.body.error.field_violations).toMatchObject([{ field: 'records[1].fields' }])
  })

  it('come, change and go in batches, all or nothing', async () => {
    const records = Array.from({ length: 1000 }, (_, index) => ({ fields: { Title: `t${index}`, Pages: index } }))
    const made = (await call('POST', `${table}/records/batch_create`, { records })).body.data.records
    expect(made).toHaveLength(1000)
    const tooMany = await call('POST', `${table}/records/batch_create`, { records: [...records, records[0]] })
    expect([tooMany.status, tooMany.body.code]).toEqual([200, 1254104])
    const [first, second] = made
    const half = [
      { record_id: first.record_id, fields: { Pages: 7 } },
      { record_id: second.record_id, fields: { Pages: 'x' } },
    ]
    expect((await call('POST', `${table}/records/batch_update`, { records: half })).body.code).toBe(1254061)
    const filter = { conjunction: 'and', conditions: [{ field_name: 'Pages', operator: 'is', value: ['7'] }] }
    expect((await search({ filter })).total).toBe(1)
    const ids = made.slice(0, 501).map(({ record_id }: { record_id: string }) => record_id)
    expect((await call('POST', `${table}/records/batch_delete`, { records: ids })).body.code).toBe(1254104)
    await call('POST', `${table}/records/batch_delete`, { records: ids.slice(1) })
    expect((await search()).total).toBe(500)
  })

  it('with one client_token come once, and each call is in the ledger', async () => {
    const query = '?client_token=fe599b60-450f-46ff-b2ef-9f6675625b97'
    const first = (await create({ Title: 'once' }, query)).body.data
    expect((await create({ Title: 'once' }, query)).body.data).toEqual(first)
    expect((await search()).total).toBe(1)
    const entries = await sandbox.ledger({ api: `POST ${apps}/:app_token/tables/:table_id/records` })
    expect(entries.map(({ accepted }) => accepted)).toEqual([true, false])
    expect(entries[0]?.fields.record_id).toBe(first.record.record_id)
  })

  it('are answered with the documented HTTP status when a fault names a code', async () => {
    await sandbox.addFault({ api: `POST ${apps}/:app_token/tables/:table_id/records`, code: 1254291, times: 1 })
    const conflict = await create({ Title: 'a' })
    expect([conflict.status, conflict.body.code]).toEqual([200, 1254291])
    expect((await create({ Title: 'a' })).body.code).toBe(0)
  })
})

describe('links', () => {
  it('point to records of the linked table, and two-way links change on both sides', async () => {
    const base = table.split('/')[1]
    const tableId = table.split('/')[3]
    const other = (await call('POST', `/${base}/tables`, { table: { name: 'Shelves' } })).body.data.table_id
    const link = { field_name: 'Books', type: 21, property: { table_id: tableId, back_field_name: 'Shelf' } }
    expect((await call('POST', `/${base}/tables/${other}/fields`, link)).body.code).toBe(0)
    const book = (await create({ Title: 'a' })).body.data.record.record_id
    const shelves = `/${base}/tables/${other}/records`
    const shelf = (await call('POST', shelves, { fields: { Books: [book] } })).body.data.record.record_id
    expect((await search()).items[0].fields.Shelf).toEqual({ link_record_ids: [shelf] })
    expect((await call('POST', shelves, { fields: { Books: ['recNone'] } })).body.code).toBe(1254074)
    await call('DELETE', `${shelves}/${shelf}`)
    expect((await search()).items[0].fields.Shelf).toBeUndefined()
    const nowhere = { field_name: 'X', type: 18, property: { table_id: 'tblNone' } }
    expect((await call('POST', `${table}/fields`, nowhere)).body.code).toBe(1254089)
  })
})

describe('the official SDK', () => {
  it('writes and searches records through its typed client', async () => {
    const client = apiClient(sandbox)
    const [, app_token = '', , table_id = ''] = table.split('/')
    const path = { app_token, table_id }
    const created = await client.bitable.v1.appTableRecord.create({ path, data: { fields: { Title: 'by SDK' } } })
    expect(created.code).toBe(0)
    const found = await client.bitable.v1.appTableRecord.search({ path, data: { automatic_fields: true } })
    expect(found.data?.items?.map(({ record_id }) => record_id)).toEqual([created.data?.record?.record_id])
    expect(found.data?.items?.[0]?.created_by?.name).toBe('Larkspur')
  })
})
