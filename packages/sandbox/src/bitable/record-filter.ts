import { userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { CellValue, Field, Row, Table, View } from './bases.ts'
import { type CellView, optionNames } from './cell.ts'
import { dateCondition } from './date-filter.ts'

interface Condition {
  field_name?: unknown
  operator?: unknown
  value?: unknown
}

interface FilterGroup {
  conjunction?: unknown
  conditions?: unknown
  children?: unknown
}

type Test = (row: Row) => boolean

const dateTypes = [5, 1001, 1002]
const listTypes = [3, 4, 11, 18, 21, 23, 1003, 1004]
const orders: Readonly<Record<string, (order: number) => boolean>> = {
  isGreater: (order) => order > 0,
  isGreaterEqual: (order) => order >= 0,
  isLess: (order) => order < 0,
  isLessEqual: (order) => order <= 0,
}

/**
 * What a filter lets through: conditions, and one level of `children` below it (docs: record-filter-guide).
 *
 * @throws PlatformError 1254018 for a filter that the guide does not allow, 1254045 for an unknown field
 */
export function filterTest(view: CellView, table: Table, filter: unknown): Test {
  if (filter === undefined || filter === null) return () => true
  const { children, ...group } = filter as FilterGroup
  const tests = groupTests(view, table, group)
  if (children !== undefined) tests.push(...childTests(view, table, children))
  if (tests.length === 0) return () => true
  return joined(group.conjunction, tests)
}

function childTests(view: CellView, table: Table, children: unknown): Test[] {
  if (!Array.isArray(children)) throw invalid('children is a list')
  return (children as FilterGroup[]).map((child) => {
    if (child.children !== undefined) throw invalid('children have no children')
    return joined(child.conjunction, groupTests(view, table, child))
  })
}

function joined(conjunction: unknown, tests: readonly Test[]): Test {
  if (conjunction !== 'and' && conjunction !== 'or') throw invalid('conjunction is and, or or')
  if (conjunction === 'and') return (row) => tests.every((test) => test(row))
  return (row) => tests.some((test) => test(row))
}

function groupTests(view: CellView, table: Table, { conditions = [] }: FilterGroup): Test[] {
  if (!Array.isArray(conditions)) throw invalid('conditions is a list')
  return (conditions as Condition[]).map((condition) => conditionTest(view, table, condition))
}

/** @throws PlatformError as `filterTest` */
function conditionTest(view: CellView, table: Table, condition: Condition): Test {
  const field = table.fields.find(({ name }) => name === condition.field_name)
  if (!field) throw new PlatformError(1254045, String(condition.field_name))
  const { operator, value } = condition
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string')) {
    throw invalid(`value of ${field.name} is a list of strings, [] for isEmpty and isNotEmpty`)
  }
  const content = contentOf(view, field)
  if (operator === 'isEmpty' || operator === 'isNotEmpty') {
    if (value.length > 0 || field.type === 7) throw invalid(`${operator} of ${field.name}`)
    return (row) => (content(row) === undefined) === (operator === 'isEmpty')
  }
  const matches = operatorTest(view, field, String(operator), value as string[])
  if (!matches) throw invalid(`${operator} of ${field.name} with ${JSON.stringify(value)}`)
  return (row) => matches(content(row))
}

type ContentTest = (content: CellValue | undefined) => boolean

function operatorTest(
  view: CellView,
  field: Field,
  operator: string,
  values: readonly string[],
): ContentTest | undefined {
  if (dateTypes.includes(field.type)) return dateCondition(view, operator, values)
  if (listTypes.includes(field.type)) return listCondition(operator, values)
  const [value] = values
  if (value === undefined || values.length > 1) return undefined
  if (field.type === 2) return numberCondition(operator, value)
  if (field.type === 7) {
    if (operator !== 'is' || (value !== 'true' && value !== 'false')) return undefined
    return (content) => (content ?? false) === (value === 'true')
  }
  return [1, 13, 15, 22, 1005].includes(field.type) ? textCondition(operator, value) : undefined
}

function textCondition(operator: string, value: string): ContentTest | undefined {
  const has = (content: CellValue | undefined) => typeof content === 'string' && content.includes(value)
  if (operator === 'is') return (content) => content === value
  if (operator === 'isNot') return (content) => content !== value
  if (operator === 'contains') return has
  if (operator === 'doesNotContain') return (content) => !has(content)
  return undefined
}

function numberCondition(operator: string, value: string): ContentTest | undefined {
  const wanted = Number(value)
  if (value.trim() === '' || Number.isNaN(wanted)) return undefined
  if (operator === 'is') return (content) => content === wanted
  if (operator === 'isNot') return (content) => content !== wanted
  const order = orders[operator]
  return order && ((content) => typeof content === 'number' && order(content - wanted))
}

function listCondition(operator: string, values: readonly string[]): ContentTest | undefined {
  const has = (content: CellValue | undefined) =>
    values.some((value) => (content as string[] | undefined)?.includes(value))
  if (operator === 'contains' && values.length > 0) return has
  if (operator === 'doesNotContain' && values.length > 0) return (content) => !has(content)
  if (values.length !== 1) return undefined
  const equals = (content: CellValue | undefined) => has(content) && (content as string[]).length === 1
  if (operator === 'is') return equals
  if (operator === 'isNot') return (content) => !equals(content)
  return undefined
}

/** The filter of a view in the words of a search; its conditions name fields by id and write their values as JSON. */
export function viewFilter(table: Table, { property }: View): unknown {
  const info = property?.filter_info as { conjunction: string; conditions: Record<string, string>[] } | undefined
  if (!info) return undefined
  const conditions = info.conditions.map(({ field_id, operator, value }) => {
    const field_name = table.fields.find(({ fieldId }) => fieldId === field_id)?.name
    return { field_name, operator, value: valueList(value) }
  })
  return { conjunction: info.conjunction, conditions }
}

/** @throws PlatformError 1254018 for a value that is no JSON list */
function valueList(value: string | undefined): unknown {
  if (!value) return []
  try {
    return (JSON.parse(value) as unknown[]).map(String)
  } catch {
    throw invalid(`value ${value} is no JSON list`)
  }
}

/** What conditions and sorting compare: names of options, ids of people as the caller calls them, texts of links. */
export function contentOf(view: CellView, field: Field): (row: Row) => CellValue | undefined {
  const { tenant } = view.platform
  const idOf = (id: string) => userIdOf(tenant, view.app, id, view.idType)
  return (row) => {
    if (field.type === 1001) return row.createdAtMs
    if (field.type === 1002) return row.modifiedAtMs
    if (field.type === 1003 || field.type === 1004) {
      const actor = field.type === 1003 ? row.createdBy : row.modifiedBy
      return [actor.type === 'user' ? idOf(actor.id) : tenant.openId(view.app.appId, actor)]
    }
    if (field.type === 1005) return String(row.number)
    const cell = row.cells.get(field.fieldId)
    if (cell === undefined || cell === '') return undefined
    if (field.type === 3) return optionNames(field, [cell as string])
    if (field.type === 4) return optionNames(field, cell as string[])
    if (field.type === 11) return (cell as string[]).map(idOf)
    return field.type === 15 ? (cell as { text: string }).text : cell
  }
}

function invalid(detail: string): PlatformError {
  return new PlatformError(1254018, detail)
}
