import { PlatformError } from '../platform-error.ts'

/** A column as filters and answers need it. */
export interface Column {
  name: string
  /** PostgreSQL's own name of the type, with its modifier. */
  type: string
}

const comparisons: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'LIKE',
  ilike: 'ILIKE',
  match: '~',
  imatch: '~*',
}
const constants = ['null', 'true', 'false', 'unknown', 'not_null']

/**
 * The condition that a filter such as `age=gt.10&or=(city.eq.上海,city.is.null)` stands for; `true` for none (docs:
 * workspace-table records_get, which name PostgREST's horizontal filtering).
 *
 * @throws PlatformError 2320001 for what the sandbox does not understand
 */
export function filterSql(filter: string | undefined, columns: readonly Column[], parameters: unknown[]): string {
  if (!filter) return 'true'
  // Callers encode the filter once by themselves and their HTTP client once more.
  const text = filter.includes('=') ? filter : decoded(filter)
  const conditions = text.split('&').map((part) => {
    const at = part.indexOf('=')
    if (at < 1) throw new PlatformError(2320001, `filter ${part}`)
    const [name, value] = [part.slice(0, at), decoded(part.slice(at + 1))]
    const group = /^(not\.)?(and|or)$/.exec(name)
    if (group) return groupSql(group[2] ?? '', value, group[1] !== undefined, columns, parameters)
    return conditionSql(name, value, columns, parameters)
  })
  return conditions.join(' AND ')
}

function groupSql(
  conjunction: string,
  list: string,
  negated: boolean,
  columns: readonly Column[],
  parameters: unknown[],
): string {
  const parts = entries(list).map((entry) => {
    const group = /^(not\.)?(and|or)(\(.*\))$/.exec(entry)
    if (group) return groupSql(group[2] ?? '', group[3] ?? '', group[1] !== undefined, columns, parameters)
    const at = entry.indexOf('.')
    return conditionSql(entry.slice(0, at), entry.slice(at + 1), columns, parameters)
  })
  return `${negated ? 'NOT ' : ''}(${parts.join(` ${conjunction.toUpperCase()} `)})`
}

function conditionSql(name: string, text: string, columns: readonly Column[], parameters: unknown[]): string {
  const { type } = columnNamed(columns, name)
  const [, not, operator = '', value = ''] = /^(not\.)?([a-z]+)\.(.*)$/s.exec(text) ?? []
  const typed = (one: string) => {
    parameters.push(one)
    return `$${parameters.length}::text::${type}`
  }
  const column = quoted(name)
  const prefix = not ? 'NOT ' : ''
  const comparison = comparisons[operator]
  if (comparison?.match(/LIKE|~/)) {
    parameters.push(operator.endsWith('like') ? value.replaceAll('*', '%') : value)
    return `${prefix}(${column}::text ${comparison} $${parameters.length}::text)`
  }
  if (comparison) return `${prefix}(${column} ${comparison} ${typed(value)})`
  if (operator === 'in') return `${prefix}(${column} IN (${entries(value).map(typed).join(', ') || 'NULL'}))`
  if (operator === 'is' && constants.includes(value)) {
    return `${prefix}(${column} IS ${value.replace('_', ' ').toUpperCase()})`
  }
  if (operator === 'cs' || operator === 'cd')
    return `${prefix}(${column} ${operator === 'cs' ? '@>' : '<@'} ${typed(value)})`
  throw new PlatformError(2320001, `filter ${name}=${text}`)
}

/** The entries of `(a,"b,c",(d,e))`. */
function entries(list: string): string[] {
  if (!/^\(.*\)$/s.test(list)) throw new PlatformError(2320001, `list ${list}`)
  const found: string[] = []
  let entry = ''
  let depth = 0
  let isQuoted = false
  for (const character of list.slice(1, -1)) {
    if (character === '"' && depth === 0) {
      isQuoted = !isQuoted
      continue
    }
    if (character === ',' && depth === 0 && !isQuoted) {
      found.push(entry)
      entry = ''
      continue
    }
    if (!isQuoted) depth += character === '(' ? 1 : character === ')' ? -1 : 0
    entry += character
  }
  return [...found, entry].filter((one) => one !== '')
}

/**
 * The columns that a select such as `_id,名称:name` asks for.
 *
 * @throws PlatformError 2320001 for an unknown column
 */
export function selectSql(select: string | undefined, columns: readonly Column[]): string {
  const parts = (select || '*').split(',').map((part) => {
    if (part.trim() === '*') return '*'
    const [, alias, name = ''] = /^\s*(?:([^:]+):(?!:))?([^:\s]+)\s*$/.exec(part) ?? []
    const column = quoted(columnNamed(columns, name).name)
    return alias === undefined ? column : `${column} AS ${quoted(alias)}`
  })
  return parts.join(', ')
}

/**
 * The order that a text such as `age.desc.nullslast,score` asks for.
 *
 * @throws PlatformError 2320001 for an unknown column or direction
 */
export function orderSql(order: string | undefined, columns: readonly Column[]): string {
  if (!order) return ''
  const parts = order.split(',').map((part) => {
    const match = /^([^.]+)(?:\.(asc|desc))?(?:\.nulls(first|last))?$/.exec(part.trim())
    if (!match?.[1]) throw new PlatformError(2320001, `order ${part}`)
    const [, name, direction = 'asc', nulls] = match
    return `${quoted(columnNamed(columns, name).name)} ${direction}${nulls === undefined ? '' : ` NULLS ${nulls}`}`
  })
  return ` ORDER BY ${parts.join(', ')}`
}

/** @throws PlatformError 2320001 */
export function columnNamed(columns: readonly Column[], name: string): Column {
  const column = columns.find((known) => known.name === name)
  if (column) return column
  throw new PlatformError(2320001, `there is no column ${name}`)
}

/** An identifier for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
