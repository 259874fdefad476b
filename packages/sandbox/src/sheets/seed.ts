import type { Spreadsheets } from './spreadsheets.ts'

/** Puts a spreadsheet of sales and head counts in place. */
export function seedSpreadsheets(spreadsheets: Spreadsheets): void {
  const owner = { type: 'user', id: 'wuxia' } as const
  const spreadsheet = spreadsheets.add({ title: '销售月报 Sales Report', folderToken: '', owner })
  const [sales] = spreadsheet.sheets
  if (!sales) return
  sales.title = '销售 Sales'
  sales.frozenRows = 1
  const rows = [
    ['华东', 'Huang Min', 128_000, 141_500],
    ['华南', 'Tomás Silva', 96_500, 90_200],
    ['Europe', 'Sun Li', 74_300, 88_900],
    ['North America', 'Sun Li', 51_000, 63_750],
  ]
  sales.cells = [
    ['地区 Region', '负责人 Owner', '2026-01', '2026-02', '合计 Total'],
    ...rows.map((row, index) => [...row, { formula: `=SUM(C${index + 2}:D${index + 2})` }]),
    ['合计 Total', undefined, { formula: '=SUM(C2:C5)' }, { formula: '=SUM(D2:D5)' }, { formula: '=SUM(E2:E5)' }],
  ]
  const people = spreadsheets.addSheet(spreadsheet, '人数 Headcount')
  people.cells = [
    ['部门 Department', '人数 People', '入职日期 Since'],
    ['研发部', 4, 43_831],
    ['产品部', 2, 44_105],
    ['销售部', 3, 44_470],
    ['综合管理部', 2, 44_927],
  ]
  people.styles = [{ area: { top: 1, left: 2, bottom: 4, right: 2 }, style: { formatter: 'yyyy/MM/dd' } }]
}
