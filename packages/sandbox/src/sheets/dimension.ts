import { PlatformError } from '../platform-error.ts'
import type { Area } from './range.ts'
import { limits, type Sheet } from './spreadsheets.ts'

export type MajorDimension = 'ROWS' | 'COLUMNS'

/** How many rows or columns a sheet has. */
export function lineCount(sheet: Sheet, major: MajorDimension): number {
  return major === 'ROWS' ? sheet.rowCount : sheet.columnCount
}

/**
 * Puts blank rows or columns before the line of this index; formulas keep their text.
 *
 * @throws PlatformError 90226 when the sheet would be too large
 */
export function insertLines(sheet: Sheet, major: MajorDimension, at: number, count: number): void {
  const rows = sheet.rowCount + (major === 'ROWS' ? count : 0)
  const columns = sheet.columnCount + (major === 'COLUMNS' ? count : 0)
  if (columns > limits.columns || rows * columns > limits.cells) throw new PlatformError(90226)
  if (major === 'ROWS') spliceLines(sheet.cells, at, 0, count)
  else for (const row of sheet.cells) if (row) spliceLines(row, at, 0, count)
  sheet.rowCount = rows
  sheet.columnCount = columns
  moveAreas(sheet, major, (line) => (line >= at ? line + count : line))
}

/** Takes rows or columns away; merged cells that lose all of theirs go with them. */
export function deleteLines(sheet: Sheet, major: MajorDimension, from: number, count: number): void {
  if (major === 'ROWS') spliceLines(sheet.cells, from, count, 0)
  else for (const row of sheet.cells) if (row) spliceLines(row, from, count, 0)
  if (major === 'ROWS') sheet.rowCount -= count
  else sheet.columnCount -= count
  const until = from + count
  sheet.merges = sheet.merges.filter((area) => {
    const [first, last] = major === 'ROWS' ? [area.top, area.bottom] : [area.left, area.right]
    return first < from || last >= until
  })
  moveAreas(sheet, major, (line) => (line >= until ? line - count : Math.min(line, from)))
}

/** Puts rows or columns before another line; `to` counts before the move. */
export function moveLines(sheet: Sheet, major: MajorDimension, from: number, count: number, to: number): void {
  for (const line of major === 'ROWS' ? [sheet.cells] : sheet.cells) {
    if (!line) continue
    const lines: unknown[] = line
    lines.length = Math.max(lines.length, to, from + count)
    const moved = lines.splice(from, count)
    lines.splice(to > from ? to - count : to, 0, ...moved)
  }
}

function spliceLines(lines: unknown[], at: number, removed: number, added: number): void {
  if (lines.length <= at) return
  lines.splice(at, removed, ...Array.from({ length: added }, () => undefined))
}

function moveAreas(sheet: Sheet, major: MajorDimension, moved: (line: number) => number): void {
  const shift = (area: Area): Area =>
    major === 'ROWS'
      ? { ...area, top: moved(area.top), bottom: moved(area.bottom) }
      : { ...area, left: moved(area.left), right: moved(area.right) }
  sheet.merges = sheet.merges.map(shift)
  if (sheet.filter) sheet.filter = { ...sheet.filter, area: shift(sheet.filter.area) }
  sheet.styles = sheet.styles.map(({ area, style }) => ({ area: shift(area), style }))
}
