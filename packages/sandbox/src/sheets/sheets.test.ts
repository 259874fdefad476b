import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { apiClient, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let sheet: string
let spreadsheet: string

const api = '/open-apis/sheets'

async function call(method: string, path: string, body?: unknown) {
  const answer = await request(sandbox, method, api + path, { token, body })
  return { ...answer.body, status: answer.status }
}

const v2 = (method: string, path: string, body?: unknown) =>
  call(method, `/v2/spreadsheets/${spreadsheet}${path}`, body)
const v3 = (method: string, path: string, body?: unknown) =>
  call(method, `/v3/spreadsheets/${spreadsheet}${path}`, body)
const write = (cells: string, values: unknown) => {
  return v2('PUT', '/values', { valueRange: { range: `${sheet}!${cells}`, values } })
}
const read = async (cells: string, query = '') => {
  return (await v2('GET', `/values/${sheet}!${cells}${query}`)).data.valueRange.values
}

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
  const made = await call('POST', '/v3/spreadsheets', { title: 'Numbers' })
  spreadsheet = made.data.spreadsheet.spreadsheet_token
  sheet = (await v3('GET', '/sheets/query')).data.sheets[0].sheet_id
})

describe('values', () => {
  it('are written and read by range', async () => {
    const link = { type: 'url', text: 'home', link: 'https://x.example' }
    const written = await write('A1:C2', [
      ['a', 1, true],
      [link, null, 2.5],
    ])
    expect(written.data).toEqual({
      spreadsheetToken: spreadsheet,
      revision: 1,
      updatedRange: `${sheet}!A1:C2`,
      updatedRows: 2,
      updatedColumns: 3,
      updatedCells: 6,
    })
    expect(await read('A1:C2')).toEqual([
      ['a', 1, true],
      [[link], null, 2.5],
    ])
    expect(await read('A2:A2', '?valueRenderOption=ToString')).toEqual([['home']])
    expect((await read('A:B')).length).toBe(200)
    expect((await read('B2:C')).length).toBe(199)
    expect((await v2('GET', `/values/${sheet}`)).data.valueRange.range).toBe(`${sheet}!A1:T200`)
    const batch = await v2('GET', `/values_batch_get?ranges=${sheet}!A1:A1,${sheet}!B1:C1`)
    expect(batch.data).toMatchObject({ totalCells: 3, valueRanges: [{ values: [['a']] }, { values: [[1, true]] }] })
  })

  it('are written into many ranges at once, or into none', async () => {
    const ranges = (second: unknown) => ({
      valueRanges: [
        { range: `${sheet}!A1:A1`, values: [[1]] },
        { range: `${sheet}!B1:B1`, values: second },
      ],
    })
    expect((await v2('POST', '/values_batch_update', ranges([[1, 2]]))).code).toBe(90202)
    expect(await read('A1:A1')).toEqual([[null]])
    const done = await v2('POST', '/values_batch_update', ranges([[2]]))
    expect(done.data.responses.map(({ updatedRange }: { updatedRange: string }) => updatedRange)).toEqual([
      `${sheet}!A1:A1`,
      `${sheet}!B1:B1`,
    ])
  })

  it('are appended below what is there, and prepended above it', async () => {
    await write('A1:B3', [
      ['head', 'x'],
      ['one', 1],
      ['two', 2],
    ])
    const add = (option: string, values: unknown) =>
      v2('POST', `/values_append${option}`, { valueRange: { range: `${sheet}!A1:B1`, values } })
    expect((await add('', [['three', 3]])).data).toMatchObject({
      tableRange: `${sheet}!A4:B4`,
      updates: { updatedCells: 2, revision: 2 },
    })
    await write('A6:A6', [['total']])
    await add('?insertDataOption=INSERT_ROWS', [
      ['four', 4],
      ['five', 5],
    ])
    expect((await read('A4:A8')).flat()).toEqual(['three', 'four', 'five', null, 'total'])
    const body = { valueRange: { range: `${sheet}!A2:B2`, values: [['zero', 0]] } }
    expect((await v2('POST', '/values_prepend', body)).data.updates.updatedRange).toBe(`${sheet}!A2:B2`)
    expect((await read('A1:A3')).flat()).toEqual(['head', 'zero', 'one'])
  })

  it('make the sheet longer when they are appended at its end', async () => {
    const range = `${sheet}!A200:A200`
    await v2('POST', '/values_append', { valueRange: { range, values: [['a'], ['b'], ['c']] } })
    expect((await v3('GET', `/sheets/${sheet}`)).data.sheet.grid_properties.row_count).toBe(202)
  })

  it('show formulas as they are asked for', async () => {
    const formula = (text: string) => ({ type: 'formula', text })
    await write('A1:E1', [[2, 3, formula('=A1*B1+1'), formula('=SUM(A1:C1)'), formula('=VLOOKUP(A1)')]])
    await write('A2:E2', [
      [formula('=B2'), formula('=A2'), formula('=1/0'), formula('=IF(A1>1,"y","n")&"!"'), formula('=A1+"x"')],
    ])
    expect((await read('C1:E1'))[0]).toEqual(['=A1*B1+1', '=SUM(A1:C1)', '=VLOOKUP(A1)'])
    expect((await read('C1:E1', '?valueRenderOption=UnformattedValue'))[0]).toEqual([7, 12, '#NAME?'])
    expect((await read('A2:E2', '?valueRenderOption=ToString'))[0]).toEqual([
      '#REF!',
      '#REF!',
      '#DIV/0!',
      'y!',
      '#VALUE!',
    ])
  })

  it('show dates by their style', async () => {
    await write('A1:B1', [[42101, 42101.5]])
    const style = (formatter: string, range: string) => ({ appendStyle: { range, style: { formatter } } })
    await v2('PUT', '/style', style('yyyy/MM/dd', `${sheet}!A1:A1`))
    await v2('PUT', '/style', style('yyyy-MM-dd HH:mm:ss', `${sheet}!B1:B1`))
    expect(await read('A1:B1')).toEqual([[42101, 42101.5]])
    expect(await read('A1:B1', '?dateTimeRenderOption=FormattedString')).toEqual([
      ['2015/04/07', '2015-04-07 12:00:00'],
    ])
  })

  it.each([
    ['A1:B1', [[1, 2, 3]], 90202],
    ['B2:A1', [[1]], 90202],
    ['A0:A1', [[1]], 90202],
    ['A1:ZZZ1', [[1]], 90202],
    ['A1:A201', [[1]], 90202],
    ['1:2', [[1]], 90202],
    ['A1:A1', [1], 90204],
    ['A1:A1', [[{ a: 1 }]], 90204],
    ['A1:A1', 'x', 90204],
  ])('written to %s as %j are refused', async (cells, values, code) => {
    expect(await write(cells, values)).toMatchObject({ status: 400, code })
  })

  it('are refused past the limits', async () => {
    const rows = (count: number, columns: number) => Array.from({ length: count }, () => Array(columns).fill(1))
    expect((await write('A:A', rows(5001, 1))).code).toBe(90227)
    expect((await write('A:A', rows(1, 101))).code).toBe(90227)
    expect((await write('A1:A1', [['x'.repeat(50_001)]])).code).toBe(90222)
    expect((await v2('GET', '/values/nosuch!A1:B2')).code).toBe(90215)
    expect((await v2('GET', '/values_batch_get')).code).toBe(90204)
    expect((await v2('GET', `/values/${sheet}!A1:A1?valueRenderOption=Pretty`)).code).toBe(90204)
    spreadsheet = 'nosuch'
    expect((await v2('GET', `/values/${sheet}!A1:B2`)).code).toBe(90214)
    expect((await v3('GET', '')).code).toBe(1310214)
  })

  it('of 5000 rows and 100 columns fit into one call', async () => {
    await v2('POST', '/dimension_range', { dimension: { sheetId: sheet, majorDimension: 'ROWS', length: 5000 } })
    await v2('POST', '/dimension_range', { dimension: { sheetId: sheet, majorDimension: 'COLUMNS', length: 100 } })
    const values = Array.from({ length: 5000 }, (_, row) => Array.from({ length: 100 }, (_, column) => row + column))
    expect((await write('A1:CV5000', values)).data.updatedCells).toBe(500_000)
  })
})

describe('sheets', () => {
  const update = (...requests: unknown[]) => v2('POST', '/sheets_batch_update', { requests })

  it('come, are copied, changed and go', async () => {
    await write('A1:A1', [['here']])
    const [added, copied] = (
      await update(
        { addSheet: { properties: { title: 'New', index: 0 } } },
        { copySheet: { source: { sheetId: sheet }, destination: { title: 'Copy' } } },
      )
    ).data.replies
    expect(added.addSheet.properties).toMatchObject({ title: 'New', index: 0 })
    const copy = copied.copySheet.properties.sheetId
    expect((await v2('GET', `/values/${copy}!A1:A1`)).data.valueRange.values).toEqual([['here']])
    const properties = { sheetId: copy, title: 'Two', frozenRowCount: 1, hidden: true, index: 0 }
    await update({ updateSheet: { properties } }, { deleteSheet: { sheetId: sheet } })
    const { sheets } = (await v3('GET', '/sheets/query')).data
    expect(sheets).toMatchObject([
      {
        sheet_id: copy,
        title: 'Two',
        index: 0,
        hidden: true,
        grid_properties: { frozen_row_count: 1, row_count: 200 },
      },
      { title: 'New', index: 1 },
    ])
    expect((await v2('GET', '/metainfo?user_id_type=open_id')).data).toMatchObject({
      properties: { title: 'Numbers', sheetCount: 2, ownerUserID: sandbox.apps[0]?.botOpenId },
      sheets: [{ title: 'Two', frozenRowCount: 1 }, { title: 'New' }],
    })
  })

  it('are refused when they do not fit, and then nothing changes', async () => {
    const fine = { addSheet: { properties: { title: 'Fine' } } }
    expect((await update(fine, { deleteSheet: { sheetId: 'nosuch' } })).code).toBe(90215)
    expect((await v3('GET', '/sheets/query')).data.sheets).toHaveLength(1)
    expect((await update({ addSheet: { properties: { title: 'Sheet1' } } })).code).toBe(90210)
    expect((await update({ addSheet: { properties: { title: 'a/b' } } })).code).toBe(90207)
    expect((await update({ deleteSheet: { sheetId: sheet } })).code).toBe(90204)
    expect((await update({})).code).toBe(90204)
    expect((await v2('POST', '/sheets_batch_update', { requests: [{ addSheet: {} }] })).code).toBe(90204)
  })
})

describe('rows and columns', () => {
  const lines = (majorDimension: string, startIndex: number, endIndex: number) => ({
    dimension: { sheetId: sheet, majorDimension, startIndex, endIndex },
  })

  it('are put in, taken out and moved, each with its own way of counting', async () => {
    await write('A1:A4', [['a'], ['b'], ['c'], ['d']])
    await v2('POST', '/merge_cells', { range: `${sheet}!A3:B4`, mergeType: 'MERGE_ALL' })
    await v2('POST', '/insert_dimension_range', lines('ROWS', 1, 3))
    expect((await read('A1:A6')).flat()).toEqual(['a', null, null, 'b', 'c', 'd'])
    expect((await v3('GET', `/sheets/${sheet}`)).data.sheet.merges).toEqual([
      { start_row_index: 4, end_row_index: 5, start_column_index: 0, end_column_index: 1 },
    ])
    expect((await v2('DELETE', '/dimension_range', lines('ROWS', 2, 3))).data).toEqual({
      delCount: 2,
      majorDimension: 'ROWS',
    })
    expect((await read('A1:A4')).flat()).toEqual(['a', 'b', 'c', 'd'])
    const source = { major_dimension: 'ROWS', start_index: 0, end_index: 1 }
    expect((await v3('POST', `/sheets/${sheet}/move_dimension`, { source, destination_index: 4 })).code).toBe(0)
    expect((await read('A1:A4')).flat()).toEqual(['c', 'd', 'a', 'b'])
    await v2('DELETE', '/dimension_range', lines('COLUMNS', 1, 1))
    expect((await read('A1:A1')).flat()).toEqual([null])
    const properties = { dimensionProperties: { visible: false } }
    expect((await v2('PUT', '/dimension_range', { ...lines('ROWS', 1, 3), ...properties })).code).toBe(0)
  })

  it('are refused where there are none', async () => {
    expect((await v2('DELETE', '/dimension_range', lines('ROWS', 0, 3))).code).toBe(90212)
    expect((await v2('DELETE', '/dimension_range', lines('ROWS', 1, 200))).code).toBe(90212)
    expect((await v2('DELETE', '/dimension_range', lines('ROWS', 200, 201))).code).toBe(90212)
    expect((await v2('POST', '/insert_dimension_range', lines('ROWS', 3, 3))).code).toBe(90212)
    expect((await v2('POST', '/insert_dimension_range', lines('DIAGONAL', 3, 4))).code).toBe(90204)
    const source = { major_dimension: 'ROWS', start_index: 0, end_index: 300 }
    expect((await v3('POST', `/sheets/${sheet}/move_dimension`, { source, destination_index: 4 })).code).toBe(1310202)
    const wide = { dimension: { sheetId: sheet, majorDimension: 'COLUMNS', length: 5000 } }
    const codes = [await v2('POST', '/dimension_range', wide), await v2('POST', '/dimension_range', wide)]
    expect([...codes, await v2('POST', '/dimension_range', wide)].map(({ code }) => code)).toEqual([0, 0, 90226])
  })

  it('are merged and taken apart', async () => {
    const merge = (range: string, mergeType: string) =>
      v2('POST', '/merge_cells', { range: `${sheet}!${range}`, mergeType })
    expect((await merge('A1:B2', 'MERGE_ROWS')).code).toBe(0)
    expect((await v3('GET', `/sheets/${sheet}`)).data.sheet.merges).toHaveLength(2)
    expect((await merge('B2:C3', 'MERGE_ALL')).code).toBe(90202)
    expect((await merge('B2:C3', 'MERGE')).code).toBe(90204)
    await v2('POST', '/unmerge_cells', { range: `${sheet}!A1:B2` })
    expect((await v3('GET', `/sheets/${sheet}`)).data.sheet.merges).toEqual([])
    const data = [{ ranges: [`${sheet}!A1:B2`, `${sheet}!C1:C1`], style: { font: { bold: true } } }]
    expect((await v2('PUT', '/styles_batch_update', { data })).data).toMatchObject({ totalUpdatedCells: 5 })
  })
})

describe('finding', () => {
  it('goes by text, case, whole cells, regular expressions and formulas', async () => {
    await write('A1:B2', [
      ['Hello', 'hello world'],
      [{ type: 'formula', text: '=A1' }, 'other'],
    ])
    const find = async (text: string, more = {}) => {
      const find_condition = { range: `${sheet}!A1:C5`, ...more }
      return v3('POST', `/sheets/${sheet}/find`, { find_condition, find: text })
    }
    const cells = async (text: string, more = {}) => (await find(text, more)).data.find_result.matched_cells
    expect(await cells('hello')).toEqual(['B1'])
    expect(await cells('hello', { match_case: true })).toEqual(['A1', 'B1'])
    expect(await cells('Hello', { match_entire_cell: true })).toEqual(['A1'])
    expect(await cells('^o\\w+r$', { search_by_regex: true })).toEqual(['B2'])
    const formulas = await find('A1', { include_formulas: true })
    expect(formulas.data.find_result).toEqual({ matched_cells: [], matched_formula_cells: ['A2'], rows_count: 1 })
    expect((await find('(', { search_by_regex: true })).code).toBe(1310248)
    expect((await find('x', { range: `${sheet}!A1:A201` })).code).toBe(1310202)
    expect((await find('')).code).toBe(99992402)
  })

  it('replaces what it finds', async () => {
    await write('A1:A2', [['a-b-a'], ['c']])
    const find_condition = { range: `${sheet}!A1:C5` }
    const replaced = await v3('POST', `/sheets/${sheet}/replace`, { find_condition, find: 'a', replacement: '$&x' })
    expect(replaced.data.replace_result).toEqual({ matched_cells: ['A1'], matched_formula_cells: [], rows_count: 1 })
    expect(await read('A1:A2')).toEqual([['$&x-b-$&x'], ['c']])
  })
})

describe('a filter', () => {
  const path = () => `/sheets/${sheet}/filter`
  const by = (col: string, filter_type: string, compare_type: string | undefined, ...expected: string[]) => ({
    col,
    condition: { filter_type, compare_type, expected },
  })
  const hidden = async () => (await v3('GET', path())).data.sheet_filter_info.filtered_out_rows

  it('tells the rows that its conditions hide', async () => {
    await write('A1:B5', [
      ['name', 'n'],
      ['apple', 1],
      ['banana', 20],
      ['cherry', 0.5],
      ['avocado', 30],
    ])
    const range = `${sheet}!A1:B5`
    expect((await v3('POST', path(), { range, ...by('B', 'number', 'less', '50%') })).code).toBe(0)
    expect(await hidden()).toEqual([2, 3, 4, 5])
    await v3('PUT', path(), by('B', 'number', 'between', '1', '30'))
    expect(await hidden()).toEqual([4])
    await v3('PUT', path(), by('A', 'text', 'beginsWith', 'a'))
    expect(await hidden()).toEqual([3, 4])
    expect((await v3('GET', path())).data.sheet_filter_info).toMatchObject({
      range,
      filter_infos: [{ col: 'B' }, { col: 'A', conditions: [{ filter_type: 'text' }] }],
    })
    await v3('PUT', path(), by('B', 'clear', undefined, ''))
    await v3('PUT', path(), by('A', 'multiValue', undefined, 'banana'))
    expect(await hidden()).toEqual([2, 4, 5])
    expect((await v3('DELETE', path())).code).toBe(0)
    expect((await v3('GET', path())).data).toEqual({})
  })

  it('is refused when it does not fit', async () => {
    const range = `${sheet}!A1:B5`
    expect((await v3('PUT', path(), by('A', 'text', 'contains', 'a'))).code).toBe(1310236)
    expect((await v3('DELETE', path())).code).toBe(1310236)
    expect((await v3('POST', path(), { range, ...by('C', 'text', 'contains', 'a') })).code).toBe(1310236)
    expect((await v3('POST', path(), { range, ...by('A', 'text', 'sounds', 'a') })).code).toBe(1310236)
    expect((await v3('POST', path(), { range, ...by('A', 'number', 'between', '1') })).code).toBe(1310236)
    expect((await v3('POST', path(), { range: `${sheet}!A1:B500`, ...by('A', 'text', 'contains', 'a') })).code).toBe(
      1310202,
    )
    expect((await v3('POST', path(), { range })).code).toBe(99992402)
  })
})

describe('spreadsheets', () => {
  it('are seeded, made, read and renamed by the SDK, also with a user token', async () => {
    const client = apiClient(sandbox)
    const made = await client.sheets.v3.spreadsheet.create({ data: { title: 'By SDK' } })
    const path = { spreadsheet_token: made.data?.spreadsheet?.spreadsheet_token ?? '' }
    await client.sheets.v3.spreadsheet.patch({ path, data: { title: 'Renamed' } })
    expect((await client.sheets.v3.spreadsheet.get({ path })).data?.spreadsheet?.title).toBe('Renamed')
    expect((await v3('PATCH', '', { title: '' })).code).toBe(1310251)
    const [seeded] = (await sandbox.documents()).filter(({ type }) => type === 'sheet')
    token = await userToken(sandbox, 'wuxia')
    spreadsheet = seeded?.token ?? ''
    expect((await v3('GET', '?user_id_type=user_id')).data.spreadsheet).toMatchObject({ owner_id: 'wuxia' })
    sheet = (await v3('GET', '/sheets/query')).data.sheets[0].sheet_id
    expect(await read('A6:E6', '?valueRenderOption=FormattedValue')).toEqual([
      ['合计 Total', null, 349800, 384350, 734150],
    ])
    await sandbox.reset()
    expect((await sandbox.documents()).filter(({ type }) => type === 'sheet')).toEqual([seeded])
  })
})
