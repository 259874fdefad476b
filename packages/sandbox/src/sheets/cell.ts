import { PlatformError } from '../platform-error.ts'
import { type FormulaValue, formulaValue } from './formula.ts'
import { type Cell, limits, type RichCell, type Sheet } from './spreadsheets.ts'

/** How a read wants its cells; both absent: formulas as they are, dates as numbers (docs: read one range). */
export interface CellRendering {
  values: 'ToString' | 'Formula' | 'FormattedValue' | 'UnformattedValue' | undefined
  dates: 'FormattedString' | undefined
}

const richTypes = ['text', 'url', 'mention', 'multipleValue', 'embed-image']
const dayMs = 86_400_000

/**
 * What a cell keeps of a value as it is written (docs: data types that can be written).
 *
 * @throws PlatformError 90204 for a value that no cell can hold, 90222 for one of more than 50,000 characters
 */
export function cellFrom(value: unknown): Cell {
  if (value === null || value === '') return undefined
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (value.length > limits.cellLength) throw new PlatformError(90222)
    return value
  }
  const parts = [value].flat() as RichCell[]
  if (parts.some((part) => typeof part !== 'object' || part === null)) throw new PlatformError(90204, 'a cell')
  const [first] = parts
  if (first?.type === 'formula' && typeof first.text === 'string') return { formula: first.text }
  if (parts.some(({ type }) => !richTypes.includes(String(type)))) throw new PlatformError(90204, 'a cell of this type')
  if (JSON.stringify(parts).length > limits.cellLength) throw new PlatformError(90222)
  return { rich: parts }
}

/** A cell as a read answers it. */
export function cellAnswer(sheet: Sheet, row: number, column: number, rendering: CellRendering): unknown {
  const cell = sheet.cells[row]?.[column]
  if (cell === undefined) return null
  if (typeof cell === 'object' && 'rich' in cell)
    return rendering.values === 'ToString' ? richText(cell.rich) : cell.rich
  const isFormula = typeof cell === 'object'
  const keepsFormula = rendering.values === undefined || rendering.values === 'Formula'
  if (isFormula && keepsFormula) return cell.formula
  const value = isFormula ? formulaValue(sheet, cell.formula) : cell
  if (typeof value !== 'number' || (!rendering.dates && rendering.values !== 'FormattedValue')) return value
  return formatted(value, formatterAt(sheet, row, column)) ?? value
}

/** The words of a cell, for finding. */
export function cellText(sheet: Sheet, cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell !== 'object') return String(cell)
  return 'rich' in cell ? richText(cell.rich) : String(formulaValue(sheet, cell.formula) satisfies FormulaValue)
}

function richText(parts: readonly RichCell[]): string {
  return parts.map(({ text, values }) => (Array.isArray(values) ? values.join(',') : String(text ?? ''))).join('')
}

function formatterAt(sheet: Sheet, row: number, column: number): string {
  const styled = sheet.styles.findLast(({ area, style }) => {
    const isInside = row >= area.top && row <= area.bottom && column >= area.left && column <= area.right
    return isInside && typeof style.formatter === 'string'
  })
  return String(styled?.style.formatter ?? '')
}

/** Dates count days since 1899-12-30; other formats than dates, `0.00` and percentages leave the number as it is. */
function formatted(value: number, formatter: string): string | undefined {
  if (/^#?,?#*0\.0+$/.test(formatter)) return value.toFixed(formatter.split('.')[1]?.length ?? 0)
  if (/^0(\.0+)?%$/.test(formatter)) return `${(value * 100).toFixed((formatter.split('.')[1]?.length ?? 1) - 1)}%`
  if (!/[yMd]/.test(formatter)) return undefined
  const [date = '', time = ''] = new Date(Date.UTC(1899, 11, 30) + Math.round(value * dayMs)).toISOString().split('T')
  const [year = '', month = '', day = ''] = date.split('-')
  const [hour = '', minute = '', second = ''] = time.slice(0, 8).split(':')
  const parts: Record<string, string> = { yyyy: year, MM: month, dd: day, HH: hour, hh: hour, mm: minute, ss: second }
  return formatter.replaceAll(/yyyy|MM|dd|HH|hh|mm|ss/g, (part) => parts[part] ?? part)
}
