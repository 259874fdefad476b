import type { SandboxClock } from '../clock.ts'
import { type RunIds, seededText } from '../ids.ts'
import { PlatformError } from '../platform-error.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor, Tenant } from '../tenant.ts'
import { type FieldProperty, knownProperty } from './field-type.ts'
import { seedBases } from './seed.ts'

/** What a cell holds: option ids, user ids and record ids instead of the names that the API shows. */
export type CellValue = string | number | boolean | readonly string[] | { text: string; link: string }

export interface Field {
  /** `fld…` */
  fieldId: string
  name: string
  type: number
  uiType: string
  property: FieldProperty | undefined
  description: string
}

export interface View {
  /** `vew…` */
  viewId: string
  name: string
  type: string
  property: Readonly<Record<string, unknown>> | undefined
}

export interface Row {
  /** `rec…` */
  recordId: string
  /** By field id. */
  cells: Map<string, CellValue>
  /** What an auto number field shows. */
  number: number
  createdBy: Actor
  createdAtMs: number
  modifiedBy: Actor
  modifiedAtMs: number
}

export interface Table {
  /** `tbl…` */
  tableId: string
  name: string
  revision: number
  /** The first one is the primary field. */
  fields: Field[]
  views: View[]
  rows: Map<string, Row>
  rowsEver: number
}

export interface Base {
  appToken: string
  name: string
  folderToken: string
  timeZone: string
  isAdvanced: boolean
  revision: number
  tables: Map<string, Table>
}

/** Documented limits (docs: bitable-overview, error codes of the record APIs). */
export const limits = { tables: 100, views: 200, fields: 300, rows: 20_000, textLength: 100_000 }

const keptBases = 1000

/** The Bitable bases of the company. */
export class Bases implements SavedStore {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #seed: string
  readonly #tenant: Tenant
  readonly #bases = new BoundedMap<string, Base>(keptBases)
  /** How many ids the seed took; absent once it is in place. */
  #seeded: number | undefined

  constructor(clock: SandboxClock, ids: RunIds, tenant: Tenant, seed: string) {
    this.#clock = clock
    this.#ids = ids
    this.#tenant = tenant
    this.#seed = seed
    this.reset()
  }

  /** @throws PlatformError 1254040 */
  base(appToken: string): Base {
    const base = this.#bases.get(appToken)
    if (base) return base
    throw new PlatformError(1254040, appToken)
  }

  /** @throws PlatformError 1254040 and 1254041 */
  table(appToken: string, tableId: string): Table {
    const table = this.base(appToken).tables.get(tableId)
    if (table) return table
    throw new PlatformError(1254041, tableId)
  }

  all(): Base[] {
    return [...this.#bases.values()]
  }

  addBase(base: Partial<Base> & { name: string }): Base {
    const added: Base = {
      appToken: this.#newId('', 27),
      folderToken: '',
      timeZone: 'Asia/Shanghai',
      isAdvanced: false,
      revision: 1,
      tables: new Map(),
      ...base,
    }
    this.#bases.set(added.appToken, added)
    return added
  }

  /**
   * @throws PlatformError 1254013 for a second table of one name, 1254100 past 100 tables
   */
  addTable(base: Base, options: { name: string; fields: readonly Omit<Field, 'fieldId'>[] }): Table {
    if ([...base.tables.values()].some(({ name }) => name === options.name)) throw new PlatformError(1254013)
    if (base.tables.size >= limits.tables) throw new PlatformError(1254100)
    const tableId = this.#newId('tbl', 14)
    const table: Table = {
      tableId,
      name: options.name,
      revision: 1,
      fields: [],
      views: [],
      rows: new Map(),
      rowsEver: 0,
    }
    for (const field of options.fields) this.addField(table, field)
    base.tables.set(tableId, table)
    return table
  }

  /**
   * @throws PlatformError 1254014 for a second field of one name, 1254105 past 300 fields
   */
  addField(table: Table, field: Omit<Field, 'fieldId'>): Field {
    if (table.fields.some(({ name }) => name === field.name)) throw new PlatformError(1254014)
    if (table.fields.length >= limits.fields) throw new PlatformError(1254105)
    const property = knownProperty(field.type, field.property, () => this.optionId())
    const added = { ...field, property, fieldId: this.#newId('fld', 7) }
    table.fields.push(added)
    return added
  }

  /**
   * @throws PlatformError 1254020 for a second view of one name, 1254101 past 200 views
   */
  addView(table: Table, name: string, type = 'grid'): View {
    if (table.views.some((view) => view.name === name)) throw new PlatformError(1254020)
    if (table.views.length >= limits.views) throw new PlatformError(1254101)
    const view = { viewId: this.#newId('vew', 7), name, type, property: undefined }
    table.views.push(view)
    return view
  }

  addRow(table: Table, actor: Actor): Row {
    table.rowsEver += 1
    const now = this.#clock.now()
    const row: Row = {
      recordId: this.#newId('rec', 11),
      cells: new Map(),
      number: table.rowsEver,
      createdBy: actor,
      createdAtMs: now,
      modifiedBy: actor,
      modifiedAtMs: now,
    }
    table.rows.set(row.recordId, row)
    return row
  }

  /** Writes down who changed a row. */
  touch(row: Row, actor: Actor): void {
    row.modifiedBy = actor
    row.modifiedAtMs = this.#clock.now()
  }

  optionId(): string {
    return this.#newId('opt', 7)
  }

  /** The seeded bases alone, as at the start. */
  reset(): void {
    this.#bases.clear()
    this.#seeded = 0
    seedBases(this, this.#tenant)
    this.#seeded = undefined
  }

  saved(): (readonly [string, Base])[] {
    return this.all().map((one) => [one.appToken, one])
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    this.#bases.clear()
    for (const [token, value] of values) this.#bases.set(token, value as Base)
  }

  #newId(prefix: string, length: number): string {
    if (this.#seeded === undefined) return prefix + this.#ids.secret(length)
    this.#seeded += 1
    return prefix + seededText(length, this.#seed, 'bitable', this.#seeded)
  }
}
