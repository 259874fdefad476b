import { type RunIds, seededText } from '../ids.ts'
import { PlatformError } from '../platform-error.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor } from '../tenant.ts'
import type { Area } from './range.ts'
import { seedSpreadsheets } from './seed.ts'

/** A link, a mention, a choice of a drop-down list, or a piece of styled text, as it was written. */
export type RichCell = Readonly<Record<string, unknown>>

/** What a cell holds; nothing for an empty one. */
export type Cell = string | number | boolean | { formula: string } | { rich: readonly RichCell[] } | undefined

/** What a column of a filter lets through (docs: filter-user-guide). */
export interface FilterCondition {
  filter_type: string
  compare_type?: string
  expected: string[]
}

/** Conditions by column from 0. */
export interface SheetFilter {
  area: Area
  columns: ReadonlyMap<number, FilterCondition>
}

export interface Sheet {
  /** Six letters and digits. */
  sheetId: string
  title: string
  hidden: boolean
  rowCount: number
  columnCount: number
  frozenRows: number
  frozenColumns: number
  /** By row and column from 0; rows may be shorter than the sheet is wide. */
  cells: (Cell[] | undefined)[]
  merges: Area[]
  /** The latest one counts. */
  styles: { area: Area; style: Readonly<Record<string, unknown>> }[]
  filter: SheetFilter | undefined
  /** Rows and columns by index from 0, as they were set. */
  dimensions: { ROWS: Map<number, RichCell>; COLUMNS: Map<number, RichCell> }
}

export interface Spreadsheet {
  token: string
  title: string
  folderToken: string
  owner: Actor
  revision: number
  /** In the order of their tabs. */
  sheets: Sheet[]
}

/**
 * Where the codes of a version of the API start: both name the same thing by the same last three digits
 * (docs: api-call-guide error codes, sheets-v3).
 */
export type CodeBase = 90_000 | 1_310_000

/** Documented limits (docs: sheets-v3 overview; write and dimension calls). */
export const limits = {
  sheets: 300,
  columns: 13_000,
  cells: 5_000_000,
  cellLength: 50_000,
  rowsAtOnce: 5000,
  columnsAtOnce: 100,
}

const keptSpreadsheets = 1000

/** The spreadsheets of the company. */
export class Spreadsheets implements SavedStore {
  readonly #ids: RunIds
  readonly #seed: string
  readonly #spreadsheets = new BoundedMap<string, Spreadsheet>(keptSpreadsheets)
  /** How many ids the seed took; absent once it is in place. */
  #seeded: number | undefined

  constructor(ids: RunIds, seed: string) {
    this.#ids = ids
    this.#seed = seed
    this.reset()
  }

  all(): Spreadsheet[] {
    return [...this.#spreadsheets.values()]
  }

  /** @throws PlatformError …214 */
  spreadsheet(token: string, codes: CodeBase): Spreadsheet {
    const found = this.#spreadsheets.get(token)
    if (found) return found
    throw new PlatformError(codes + 214, token)
  }

  add(options: { title: string; folderToken: string; owner: Actor }): Spreadsheet {
    const added: Spreadsheet = { ...options, token: this.#newId(27), revision: 0, sheets: [] }
    this.#spreadsheets.set(added.token, added)
    this.addSheet(added, 'Sheet1')
    return added
  }

  addSheet(spreadsheet: Spreadsheet, title: string, index = spreadsheet.sheets.length): Sheet {
    const sheet: Sheet = {
      sheetId: this.#newId(6),
      title,
      hidden: false,
      rowCount: 200,
      columnCount: 20,
      frozenRows: 0,
      frozenColumns: 0,
      cells: [],
      merges: [],
      styles: [],
      filter: undefined,
      dimensions: { ROWS: new Map(), COLUMNS: new Map() },
    }
    spreadsheet.sheets.splice(index, 0, sheet)
    return sheet
  }

  /** A copy right behind the others. */
  copySheet(spreadsheet: Spreadsheet, source: Sheet, title: string): Sheet {
    const copy = { ...structuredClone(source), sheetId: this.#newId(6), title }
    spreadsheet.sheets.push(copy)
    return copy
  }

  /** The seeded spreadsheet alone, as at the start. */
  reset(): void {
    this.#spreadsheets.clear()
    this.#seeded = 0
    seedSpreadsheets(this)
    this.#seeded = undefined
  }

  saved(): (readonly [string, Spreadsheet])[] {
    return this.all().map((one) => [one.token, one])
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    this.#spreadsheets.clear()
    for (const [token, value] of values) this.#spreadsheets.set(token, value as Spreadsheet)
  }

  #newId(length: number): string {
    if (this.#seeded === undefined) return this.#ids.secret(length)
    this.#seeded += 1
    return seededText(length, this.#seed, 'sheets', this.#seeded)
  }
}
