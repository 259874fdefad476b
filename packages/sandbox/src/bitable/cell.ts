import type { Platform } from '../api-call.ts'
import { userById, userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor, AppRecord } from '../tenant.ts'
import { type Base, type CellValue, type Field, limits, type Row } from './bases.ts'
import { isReadOnly } from './field-type.ts'

/** Who looks at cells, and how people are called. */
export interface CellView {
  platform: Platform
  app: AppRecord
  /** `open_id`, `union_id` or `user_id`. */
  idType: string
  base: Base
}

/** The code of a value that does not fit the field's type (docs: app-table-record create). */
const conversionCodes: Readonly<Record<number, number>> = {
  1: 1254060,
  2: 1254061,
  3: 1254062,
  4: 1254063,
  5: 1254064,
  7: 1254065,
  11: 1254066,
  13: 1254072,
  15: 1254068,
  17: 1254069,
  18: 1254067,
  21: 1254074,
}

/** Entries that one cell may hold (docs: bitable-record-data-structure-overview). */
const maxEntries: Readonly<Record<number, number>> = { 4: 1000, 11: 1000, 17: 100, 18: 500, 21: 500, 23: 10 }

/**
 * What a field keeps of a value as records bring it; nothing for null and empty lists, which clear the cell.
 *
 * @throws PlatformError with the type's code for a value of another shape, 1254130 for one that is too large
 */
export function cellFrom(view: CellView, field: Field, value: unknown): CellValue | undefined {
  if (isReadOnly(field.type)) throw new PlatformError(1254015, `${field.name} is filled by the platform`)
  if (value === null || value === undefined) return undefined
  const cell = converted(view, field, value)
  if (cell === undefined) throw new PlatformError(conversionCodes[field.type] ?? 1254015, field.name)
  const isText = typeof cell === 'string' && cell.length > limits.textLength
  if (isText || (Array.isArray(cell) && cell.length > (maxEntries[field.type] ?? 0))) {
    throw new PlatformError(1254130, field.name)
  }
  return Array.isArray(cell) && cell.length === 0 ? undefined : cell
}

function converted(view: CellView, field: Field, value: unknown): CellValue | undefined {
  switch (field.type) {
    case 1:
      return typeof value === 'string' ? value : undefined
    case 2:
      return typeof value === 'number' ? value : undefined
    case 3:
      return typeof value === 'string' && value !== '' ? optionId(view, field, value) : undefined
    case 4:
      return isNames(value) ? [...new Set(value)].map((name) => optionId(view, field, name)) : undefined
    case 5:
      return Number.isInteger(value) ? (value as number) : undefined
    case 7:
      return typeof value === 'boolean' ? value : undefined
    case 11:
      return idsOf(value, 'id')?.map((id) => personId(view, id))
    case 13:
      return typeof value === 'string' && value.length <= 64 && /^\+?\d*$/.test(value) ? value : undefined
    case 15:
      return urlOf(value)
    case 17:
      return idsOf(value, 'file_token')
    case 18:
    case 21:
      return isNames(value) && linked(view, field, value) ? value : undefined
    case 22:
      return typeof value === 'string' && /^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/.test(value) ? value : undefined
    case 23:
      return idsOf(value, 'id')?.filter((id) => view.platform.chats.find(id) !== undefined)
    default:
      return undefined
  }
}

// A name that is not there yet becomes an option, as on the platform.
function optionId({ platform }: CellView, field: Field, name: string): string {
  const options = field.property?.options ?? []
  const known = options.find((option) => option.name === name)
  if (known) return known.id
  const option = { id: platform.bases.optionId(), name, color: options.length % 55 }
  options.push(option)
  return option.id
}

function personId({ platform, app, idType }: CellView, id: string): string {
  try {
    return userById(platform.tenant, app, id, idType).userId
  } catch {
    throw new PlatformError(1254066, id)
  }
}

function linked({ base }: CellView, field: Field, recordIds: readonly string[]): boolean {
  const rows = base.tables.get(field.property?.table_id ?? '')?.rows
  return recordIds.every((recordId) => rows?.has(recordId))
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')
}

function idsOf(value: unknown, key: string): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const ids = value.map((entry) => (entry as Record<string, unknown> | null)?.[key])
  return isNames(ids) ? ids : undefined
}

function urlOf(value: unknown): CellValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { link, text = link } = value as Record<string, unknown>
  return typeof link === 'string' && typeof text === 'string' ? { text, link } : undefined
}

/** A record's fields as searching answers them; empty cells are left out. */
export function fieldsAnswer(view: CellView, fields: readonly Field[], row: Row): Record<string, unknown> {
  const shown = fields.map((field) => [field.name, cellAnswer(view, field, row)])
  return Object.fromEntries(shown.filter(([, value]) => value !== undefined))
}

/** One cell as searching answers it; nothing for an empty one. */
export function cellAnswer(view: CellView, field: Field, row: Row): unknown {
  switch (field.type) {
    case 1001:
      return row.createdAtMs
    case 1002:
      return row.modifiedAtMs
    case 1003:
      return [personAnswer(view, row.createdBy)]
    case 1004:
      return [personAnswer(view, row.modifiedBy)]
    case 1005:
      return String(row.number)
  }
  const cell = row.cells.get(field.fieldId)
  if (cell === undefined) return undefined
  switch (field.type) {
    case 1:
      return [textAnswer(field, cell as string)]
    case 3:
      return optionNames(field, [cell as string])[0]
    case 4:
      return optionNames(field, cell as string[])
    case 11:
      return (cell as string[]).map((id) => personAnswer(view, { type: 'user', id }))
    case 17:
      return (cell as string[]).map((file_token) => ({ file_token }))
    case 18:
    case 21:
      return { link_record_ids: cell }
    case 22:
      return { location: cell, address: '', adname: '', cityname: '', full_address: '', name: '', pname: '' }
    case 23:
      return (cell as string[]).map((id) => ({ id, name: view.platform.chats.find(id)?.name ?? '', avatar_url: '' }))
    default:
      return cell
  }
}

/** The names behind option ids; options that were taken out of the field are gone from its cells too. */
export function optionNames(field: Field, ids: readonly string[]): string[] {
  const options = field.property?.options ?? []
  return ids.flatMap((id) => options.find((option) => option.id === id)?.name ?? [])
}

function textAnswer(field: Field, text: string): Record<string, string> {
  return field.uiType === 'Email' ? { type: 'url', text, link: `mailto:${text}` } : { type: 'text', text }
}

/** A person or a bot as cells and `created_by` name them. */
export function personAnswer({ platform, app, idType }: CellView, actor: Actor): Record<string, string> {
  const { tenant } = platform
  const user = actor.type === 'user' ? tenant.users.get(actor.id) : undefined
  const id = user ? userIdOf(tenant, app, user.userId, idType) : tenant.openId(app.appId, actor)
  const name = tenant.nameOf(actor)
  return { id, name, en_name: user?.enName ?? name, email: user?.email ?? '', avatar_url: '' }
}
