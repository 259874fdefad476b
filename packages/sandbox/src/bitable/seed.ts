import type { Tenant } from '../tenant.ts'
import type { Bases, CellValue, Field, Table } from './bases.ts'
import { fieldOf as field } from './field-api.ts'

const dayMs = 86_400_000
const start = Date.UTC(2026, 0, 4, 16)

const customers: readonly [name: string, industry: string, contact: string, phone: string, owner: string][] = [
  ['晨光文具', '零售 Retail', '何晓', '+8613911110001', 'huangmin'],
  ['Blue River Logistics', '物流 Logistics', 'Nora Quinn', '+447700900123', 'tomas'],
  ['江南食品', '食品 Food', '许丹', '+8613911110003', 'huangmin'],
  ['Fjord Analytics', '软件 Software', 'Lars Berg', '+4791234567', 'sunli'],
  ['云杉医疗', '医疗 Health', '高远', '+8613911110005', 'sunli'],
]

const tasks: readonly [title: string, status: string, tags: string[], hours: number, days: number, owner: string][] = [
  ['设计登录页', '进行中', ['前端', '设计'], 8, 3, 'liuyang'],
  ['Write the API guide', '未开始', ['文档'], 5, 9, 'alice'],
  ['订单接口压测', '进行中', ['后端', '测试'], 13, 1, 'wangfang'],
  ['修复导出乱码', '已完成', ['后端'], 2.5, -4, 'wangfang'],
  ['Prepare the release notes', '未开始', ['文档', '发布'], 3, 14, 'zhaolei'],
  ['回归测试', '已完成', ['测试'], 6, -2, 'chenjing'],
]

/** Puts a base with customers, orders and tasks in place. */
export function seedBases(bases: Bases, tenant: Tenant): void {
  const base = bases.addBase({ name: '客户与订单 Customers and Orders' })
  const owner = { type: 'user', id: 'sunli' } as const
  const fill = (table: Table, values: readonly (readonly (CellValue | undefined)[])[]) => {
    bases.addView(table, '表格 Grid')
    return values.map((cells) => {
      const known = cells.flatMap((value, index) => {
        const field = table.fields[index]
        return field && value !== undefined ? [[field.fieldId, cellOf(field, value)] as const] : []
      })
      const row = bases.addRow(table, owner)
      row.cells = new Map(known)
      return row
    })
  }
  const people = (...ids: string[]) => ids.filter((id) => tenant.users.has(id))

  const clientTable = bases.addTable(base, {
    name: '客户 Customers',
    fields: [
      field('客户名称', 1),
      select('行业', 3, [...new Set(customers.map(([, industry]) => industry))]),
      field('联系人', 1),
      field('电话', 13),
      field('客户经理', 11),
      field('网站', 15),
    ],
  })
  const clients = fill(
    clientTable,
    customers.map(([name, industry, contact, phone, manager], index) => {
      const link = `https://customer-${index + 1}.example`
      return [name, industry, contact, phone, people(manager), { text: name, link }]
    }),
  )

  const orderTable = bases.addTable(base, {
    name: '订单 Orders',
    fields: [
      field('订单号', 1),
      { ...field('客户', 18), property: { multiple: true, table_id: clientTable.tableId } },
      { ...field('金额', 2), uiType: 'Currency', property: { formatter: '0.00', currency_code: 'CNY' } },
      select('状态', 3, ['待付款', '已付款', '已发货', '已完成']),
      field('下单日期', 5),
      field('已开票', 7),
      field('编号', 1005),
    ],
  })
  fill(
    orderTable,
    Array.from({ length: 12 }, (_, index) => [
      `SO-2026-${String(index + 1).padStart(4, '0')}`,
      [clients[index % clients.length]?.recordId ?? ''],
      1200 + index * 850.5,
      ['待付款', '已付款', '已发货', '已完成'][index % 4],
      start + index * 5 * dayMs,
      index % 3 === 0,
    ]),
  )

  const taskTable = bases.addTable(base, {
    name: '任务 Tasks',
    fields: [
      field('任务', 1),
      select('状态', 3, ['未开始', '进行中', '已完成']),
      select('标签', 4, ['前端', '后端', '设计', '测试', '文档', '发布']),
      field('工时', 2),
      field('截止日期', 5),
      field('负责人', 11),
      field('完成', 7),
      field('创建时间', 1001),
    ],
  })
  fill(
    taskTable,
    tasks.map(([title, status, tags, hours, days, manager]) => {
      return [title, status, tags, hours, start + days * dayMs, people(manager), status === '已完成']
    }),
  )
}

function select(name: string, type: 3 | 4, options: readonly string[]): Omit<Field, 'fieldId'> {
  return {
    ...field(name, type),
    property: { options: options.map((option, color) => ({ id: '', name: option, color })) },
  }
}

function cellOf({ type, property }: Field, value: CellValue): CellValue {
  const optionId = (name: string) => property?.options?.find((option) => option.name === name)?.id ?? ''
  if (type === 3) return optionId(value as string)
  return type === 4 ? (value as string[]).map(optionId) : value
}
