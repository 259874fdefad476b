import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { openIdOf, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let base: string
let tables: Record<string, string>

const apps = '/open-apis/bitable/v1/apps'

async function call(method: string, path: string, body?: unknown) {
  return (await request(sandbox, method, `${apps}/${base}${path}`, { token, body })).body
}

const search = (name: string, body: unknown, query = '') => {
  return call('POST', `/tables/${tables[name]}/records/search${query}`, body)
}

const titles = (answer: { data: { items: { fields: Record<string, { text: string }[]> }[] } }) =>
  answer.data.items.map(({ fields }) => fields.任务?.[0]?.text)

async function tasks(...conditions: unknown[]) {
  return search('任务 Tasks', { filter: { conjunction: 'and', conditions } })
}

const is = (field_name: string, operator: string, ...value: string[]) => ({ field_name, operator, value })

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
  base = (await sandbox.documents()).find(({ type }) => type === 'bitable')?.token ?? ''
  const listed = (await call('GET', '/tables')).data.items as { name: string; table_id: string }[]
  tables = Object.fromEntries(listed.map(({ name, table_id }) => [name, table_id]))
})

describe('searching the seeded base', () => {
  it('lists records in pages', async () => {
    const first = await search('订单 Orders', {}, '?page_size=5')
    expect([first.data.items.length, first.data.total, first.data.has_more]).toEqual([5, 12, true])
    const rest = await search('订单 Orders', {}, `?page_size=500&page_token=${first.data.page_token}`)
    expect([rest.data.items.length, rest.data.has_more]).toEqual([7, false])
    expect(rest.data.items[6].fields.编号).toBe('12')
    expect((await search('订单 Orders', {}, '?page_token=%21')).code).toBe(1254002)
    expect((await search('订单 Orders', {}, '?page_size=501')).code).toBe(99992402)
  })

  it('filters by each type of field', async () => {
    const openId = openIdOf(sandbox, 'wangfang')
    const day = String(Date.UTC(2026, 0, 8, 3))
    expect(titles(await tasks(is('任务', 'contains', '测')))).toEqual(['订单接口压测', '回归测试'])
    expect(titles(await tasks(is('任务', 'is', '回归测试')))).toEqual(['回归测试'])
    expect(titles(await tasks(is('工时', 'isGreaterEqual', '8')))).toEqual(['设计登录页', '订单接口压测'])
    expect(titles(await tasks(is('工时', 'isLess', '2.6')))).toEqual(['修复导出乱码'])
    expect(titles(await tasks(is('状态', 'contains', '已完成', '进行中')))).toHaveLength(4)
    expect(titles(await tasks(is('状态', 'isNot', '已完成')))).toHaveLength(4)
    expect(titles(await tasks(is('标签', 'is', '测试')))).toEqual(['回归测试'])
    expect(titles(await tasks(is('标签', 'contains', '测试')))).toEqual(['订单接口压测', '回归测试'])
    expect(titles(await tasks(is('负责人', 'is', openId)))).toEqual(['订单接口压测', '修复导出乱码'])
    expect(titles(await tasks(is('完成', 'is', 'true')))).toEqual(['修复导出乱码', '回归测试'])
    expect(titles(await tasks(is('截止日期', 'is', 'ExactDate', day)))).toEqual(['设计登录页'])
    expect(titles(await tasks(is('截止日期', 'isLess', 'ExactDate', day)))).toHaveLength(3)
    expect(titles(await tasks(is('截止日期', 'isEmpty')))).toEqual([])
    expect(titles(await tasks(is('创建时间', 'is', 'Today')))).toHaveLength(6)
    expect(titles(await tasks(is('创建时间', 'is', 'TheLastWeek'), is('状态', 'is', '未开始')))).toHaveLength(2)
    expect(titles(await tasks(is('创建时间', 'isGreater', 'Yesterday')))).toHaveLength(6)
    expect(titles(await tasks(is('创建时间', 'is', 'LastMonth')))).toEqual([])
  })

  it('joins conditions, with one level of children', async () => {
    const some = { conjunction: 'or', conditions: [is('状态', 'is', '已完成'), is('状态', 'is', '未开始')] }
    const long = { conjunction: 'and', conditions: [is('工时', 'isGreater', '4')] }
    const both = await search('任务 Tasks', { filter: { conjunction: 'and', children: [some, long] } })
    expect(titles(both)).toEqual(['Write the API guide', '回归测试'])
    const nested = { conjunction: 'and', children: [{ conjunction: 'or', children: [some] }] }
    expect((await search('任务 Tasks', { filter: nested })).code).toBe(1254018)
  })

  it.each([
    [is('任务', 'isGreater', 'a'), 1254018],
    [is('任务', 'like', 'a'), 1254018],
    [is('工时', 'is', 'many'), 1254018],
    [is('工时', 'is', '1', '2'), 1254018],
    [is('状态', 'is', '已完成', '未开始'), 1254018],
    [is('状态', 'isEmpty', 'x'), 1254018],
    [is('完成', 'isNot', 'true'), 1254018],
    [is('截止日期', 'contains', 'Today'), 1254018],
    [is('截止日期', 'isGreater', 'CurrentWeek'), 1254018],
    [is('截止日期', 'is', 'ExactDate', 'tomorrow'), 1254018],
    [{ field_name: '任务', operator: 'isEmpty' }, 1254018],
    [is('没有', 'is', 'a'), 1254045],
    [{ field_name: '任务', value: [] }, 99992402],
  ])('refuses the condition %j', async (condition, code) => {
    const refused = await tasks(condition)
    expect(refused.code).toBe(code)
  })

  it('sorts, picks fields and tells who made a record', async () => {
    const sort = [{ field_name: '完成', desc: true }, { field_name: '工时' }]
    const sorted = await search('任务 Tasks', { sort, field_names: ['任务', '工时'], automatic_fields: true })
    expect(titles(sorted).slice(0, 3)).toEqual(['修复导出乱码', '回归测试', 'Prepare the release notes'])
    expect(sorted.data.items[0]).toMatchObject({ created_by: { name: '孙丽' }, fields: { 工时: 2.5 } })
    expect(Object.keys(sorted.data.items[0].fields)).toEqual(['任务', '工时'])
    expect((await search('任务 Tasks', { field_names: ['没有'] })).code).toBe(1254024)
    expect((await search('任务 Tasks', { sort: [{ field_name: '没有' }] })).code).toBe(1254016)
  })

  it('goes by a view, unless the call brings a filter', async () => {
    const views = `/tables/${tables['任务 Tasks']}/views`
    const field = (await call('GET', `/tables/${tables['任务 Tasks']}/fields`)).data.items[1].field_id
    const { view_id } = (await call('POST', views, { view_name: 'Done' })).data.view
    const conditions = [{ field_id: field, operator: 'is', value: '["已完成"]' }]
    const property = { filter_info: { conjunction: 'and', conditions } }
    expect((await call('PATCH', `${views}/${view_id}`, { property })).data.view.property.filter_info).toMatchObject({
      conditions: [{ field_type: 3 }],
    })
    expect(titles(await search('任务 Tasks', { view_id }))).toEqual(['修复导出乱码', '回归测试'])
    const filter = { conjunction: 'and', conditions: [is('工时', 'is', '13')] }
    expect(titles(await search('任务 Tasks', { view_id, filter }))).toEqual(['订单接口压测'])
    expect((await search('任务 Tasks', { view_id: 'vewNone' })).code).toBe(1254042)
    const bad = { filter_info: { conjunction: 'and', conditions: [{ field_id: field, operator: 'is', value: 'x' }] } }
    expect((await call('PATCH', `${views}/${view_id}`, { property: bad })).code).toBe(1254018)
    expect((await call('DELETE', `${views}/${view_id}`)).code).toBe(0)
    const [last] = (await call('GET', views)).data.items
    expect((await call('DELETE', `${views}/${last.view_id}`)).code).toBe(1254023)
  })

  it('names people as the caller asks, also for a user token', async () => {
    token = await userToken(sandbox, 'alice')
    const filter = { conjunction: 'and', conditions: [is('负责人', 'is', 'alice')] }
    const mine = await search('任务 Tasks', { filter }, '?user_id_type=user_id')
    expect(mine.data.items[0].fields.负责人[0]).toMatchObject({ id: 'alice', name: 'Alice Martin' })
    await call('POST', `/tables/${tables['任务 Tasks']}/records`, { fields: { 任务: 'by hand' } })
    const newest = await search(
      '任务 Tasks',
      { automatic_fields: true, filter: { conjunction: 'and', conditions: [is('任务', 'is', 'by hand')] } },
      '?user_id_type=user_id',
    )
    expect(newest.data.items[0].created_by.id).toBe('alice')
  })

  it('finds the same base after a reset and in another sandbox of the seed', async () => {
    await call('DELETE', `/tables/${tables['任务 Tasks']}`)
    expect((await tasks()).code).toBe(1254041)
    await sandbox.reset()
    expect((await tasks()).data.total).toBe(6)
    const twin = await openSandbox()
    expect(await twin.documents()).toEqual(await sandbox.documents())
  })
})
