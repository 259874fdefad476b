import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { openSandbox, request, tenantToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let base: string

const apps = '/open-apis/bitable/v1/apps'

async function call(method: string, path: string, body?: unknown) {
  const answer = await request(sandbox, method, apps + path, { token, body })
  return { ...answer.body, status: answer.status }
}

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
  base = `/${(await call('POST', '', { name: 'Plans' })).data.app.app_token}`
})

describe('bases', () => {
  it('are made with a table, changed and copied with or without their records', async () => {
    const [, appToken] = base.split('/')
    const tables = await call('GET', `${base}/tables`)
    expect(tables.data).toMatchObject({ total: 1, items: [{ name: '数据表' }] })
    const table = `${base}/tables/${tables.data.items[0].table_id}`
    const fields = (await call('GET', `${table}/fields`)).data.items as { field_name: string }[]
    expect(fields.map(({ field_name }) => field_name)).toEqual(['文本', '单选', '日期', '附件'])
    expect((await call('PUT', base, { name: 'Plans 2', is_advanced: true })).data.app).toMatchObject({
      name: 'Plans 2',
    })
    expect((await call('GET', base)).data.app).toMatchObject({ app_token: appToken, is_advanced: true, revision: 2 })
    await call('POST', `${table}/records`, { fields: { 文本: 'a' } })
    for (const without_content of [false, true]) {
      const copy = (await call('POST', `${base}/copy`, { name: 'Copy', without_content })).data.app
      const path = table.replace(base, `/${copy.app_token}`)
      expect((await call('POST', `${path}/records/search`, {})).data.total).toBe(without_content ? 0 : 1)
    }
    expect((await call('POST', '', { time_zone: 'Moon' })).code).toBe(1254800)
    expect(await call('GET', '/nope')).toMatchObject({ status: 200, code: 1254040 })
    expect((await sandbox.documents()).map(({ name }) => name)).toContain('Plans 2')
  })
})

describe('tables', () => {
  it('are made, renamed, listed and deleted, but for the last one', async () => {
    const made = await call('POST', `${base}/tables/batch_create`, { tables: [{ name: 'A' }, { name: 'B' }] })
    const [first, second] = made.data.table_ids
    expect((await call('PATCH', `${base}/tables/${first}`, { name: 'C' })).data).toEqual({ name: 'C' })
    expect((await call('PATCH', `${base}/tables/${first}`, { name: 'B' })).code).toBe(1254013)
    expect((await call('POST', `${base}/tables`, { table: { name: 'B' } })).code).toBe(1254013)
    expect((await call('POST', `${base}/tables`, { table: { name: 'a/b' } })).code).toBe(1254001)
    expect((await call('POST', `${base}/tables`, { table: { name: 'x'.repeat(101) } })).code).toBe(99992402)
    const page = await call('GET', `${base}/tables?page_size=2`)
    expect(page.data).toMatchObject({ total: 3, has_more: true })
    expect((await call('GET', `${base}/tables?page_token=!`)).code).toBe(1254002)
    expect((await call('DELETE', `${base}/tables/${first}`)).code).toBe(0)
    expect((await call('DELETE', `${base}/tables/${first}`)).code).toBe(1254041)
    const rest = (await call('GET', `${base}/tables`)).data.items.map(({ table_id }: { table_id: string }) => table_id)
    expect(rest).toContain(second)
    expect((await call('POST', `${base}/tables/batch_delete`, { table_ids: rest })).code).toBe(1254034)
  })

  it('start with the fields they are given', async () => {
    const fields = [
      { field_name: 'N', type: 2, ui_type: 'Currency' },
      { field_name: 'T', type: 1 },
    ]
    const made = (await call('POST', `${base}/tables`, { table: { name: 'F', default_view_name: 'V', fields } })).data
    expect(made.field_id_list).toHaveLength(2)
    const views = (await call('GET', `${base}/tables/${made.table_id}/views`)).data.items
    expect(views).toMatchObject([{ view_id: made.default_view_id, view_name: 'V', view_type: 'grid' }])
    const wrong = { name: 'G', fields: [{ field_name: 'S', type: 3 }] }
    expect((await call('POST', `${base}/tables`, { table: wrong })).code).toBe(1254012)
    expect((await call('POST', `${base}/tables`, { table: { name: 'G', fields: [{ type: 1 }] } })).code).toBe(99992402)
  })
})

describe('fields', () => {
  it('come, change and go, but for the primary one', async () => {
    const table = `${base}/tables/${(await call('GET', `${base}/tables`)).data.items[0].table_id}`
    const options = [{ name: 'low' }, { name: 'high' }]
    const made = await call('POST', `${table}/fields`, { field_name: 'Level', type: 3, property: { options } })
    const { field } = made.data
    expect(field).toMatchObject({ ui_type: 'SingleSelect', is_primary: false, property: { options } })
    await call('POST', `${table}/records`, { fields: { Level: 'high' } })
    const renamed = field.property.options.map((option: { name: string }) => ({
      ...option,
      name: `very ${option.name}`,
    }))
    const change = { field_name: 'Grade', type: 3, property: { options: renamed } }
    expect((await call('PUT', `${table}/fields/${field.field_id}`, change)).data.field.field_name).toBe('Grade')
    await call('POST', `${table}/fields`, { field_name: 'Since', type: 5, property: { auto_fill: true } })
    const records = (await call('POST', `${table}/records/search`, {})).data.items
    expect(records[0].fields).toEqual({ Grade: 'very high' })
    await call('POST', `${table}/records`, { fields: {} })
    const [, filled] = (await call('POST', `${table}/records/search`, {})).data.items
    expect(filled.fields).toEqual({ Since: expect.any(Number) })
    expect((await call('GET', `${table}/fields?view_id=vewNone`)).code).toBe(1254042)
    const [primary] = (await call('GET', `${table}/fields`)).data.items
    expect((await call('DELETE', `${table}/fields/${primary.field_id}`)).code).toBe(1254046)
    expect((await call('DELETE', `${table}/fields/${field.field_id}`)).data).toEqual({
      field_id: field.field_id,
      deleted: true,
    })
    expect((await call('DELETE', `${table}/fields/${field.field_id}`)).code).toBe(1254044)
  })

  it('are refused when they do not fit', async () => {
    const table = `${base}/tables/${(await call('GET', `${base}/tables`)).data.items[0].table_id}`
    const add = async (body: unknown) => (await call('POST', `${table}/fields`, body)).code
    expect(await add({ field_name: '文本', type: 1 })).toBe(1254014)
    expect(await add({ field_name: 'X', type: 99 })).toBe(99992402)
    expect(await add({ field_name: 'X', type: 2, ui_type: 'Phone' })).toBe(1254015)
    expect(await add({ field_name: 'X', type: 3, property: { options: [{ name: '' }] } })).toBe(1254026)
    expect(await add({ field_name: 'X', type: 4, property: { options: [{ name: 'a' }, { name: 'a' }] } })).toBe(1254083)
    expect(await add({ field_name: 'X', type: 18 })).toBe(1254089)
  })
})
