import type { CellValue } from './bases.ts'
import type { CellView } from './cell.ts'

const dayMs = 86_400_000

/** Days that a word covers, counted from today; a month is asked for by its own. */
type Span = (today: number) => [first: number, last: number]

// 1970-01-01 was a Thursday; weeks start on Monday.
const weekStart = (day: number) => day - ((day + 3) % 7)
const monthStart = (day: number, monthsOn: number) => {
  const date = new Date(day * dayMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsOn, 1) / dayMs
}

const days: Readonly<Record<string, Span>> = {
  Today: (today) => [today, today],
  Tomorrow: (today) => [today + 1, today + 1],
  Yesterday: (today) => [today - 1, today - 1],
}

const spans: Readonly<Record<string, Span>> = {
  CurrentWeek: (today) => [weekStart(today), weekStart(today) + 6],
  LastWeek: (today) => [weekStart(today) - 7, weekStart(today) - 1],
  CurrentMonth: (today) => [monthStart(today, 0), monthStart(today, 1) - 1],
  LastMonth: (today) => [monthStart(today, -1), monthStart(today, 0) - 1],
  TheLastWeek: (today) => [today - 6, today],
  TheNextWeek: (today) => [today, today + 6],
  TheLastMonth: (today) => [today - 29, today],
  TheNextMonth: (today) => [today, today + 29],
}

/** A condition on a date; all of them compare whole days of the base's time zone (docs: record-filter-guide). */
export function dateCondition(
  { base, platform }: CellView,
  operator: string,
  [word = '', time]: readonly string[],
): ((content: CellValue | undefined) => boolean) | undefined {
  const dayOf = dayCounter(base.timeZone)
  const isExact = word === 'ExactDate' && /^\d{1,15}$/.test(time ?? '')
  const span = isExact ? exactly(dayOf(Number(time))) : (days[word] ?? (operator === 'is' ? spans[word] : undefined))
  if (!span || (time !== undefined && !isExact)) return undefined
  const [first, last] = span(dayOf(platform.clock.now()))
  const holds = { is: inside(first, last), isGreater: inside(last + 1, Infinity), isLess: inside(-Infinity, first - 1) }
  const test = holds[operator as keyof typeof holds]
  return test && ((content) => typeof content === 'number' && test(dayOf(content)))
}

const exactly =
  (day: number): Span =>
  () => [day, day]

const inside = (first: number, last: number) => (day: number) => first <= day && day <= last

/** Days since 1970 in a time zone. */
function dayCounter(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (timeMs) => Date.parse(`${format.format(timeMs)}T00:00:00Z`) / dayMs
}
