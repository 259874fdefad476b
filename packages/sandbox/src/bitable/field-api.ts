import { type ApiHandler, type Platform, page, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Base, Field, Table } from './bases.ts'
import { checkClientToken, tableCall, viewById } from './bitable-call.ts'
import { checkLink, type FieldProperty, knownProperty, uiTypeOf } from './field-type.ts'

/** A field as calls bring it. */
export interface FieldInput {
  field_name: string
  type: number
  ui_type?: string
  property?: FieldProperty | null
  description?: { text?: string }
}

/** bitable v1 fields (docs: app-table-field create, list, update, delete). */
export const fieldHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields': (platform, call) => {
    checkClientToken(call)
    const { base, table } = tableCall(platform, call)
    const field = addField(platform, base, table, call.body as unknown as FieldInput)
    return { data: { field: fieldAnswer(table, field) }, fields: { ...call.params, field_id: field.fieldId } }
  },
  'GET /open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields': (platform, call) => {
    const { table } = tableCall(platform, call)
    const viewId = queryText(call, 'view_id')
    if (viewId !== undefined) viewById(table, viewId)
    const { items, ...rest } = page(call, table.fields, 1254002)
    // text_field_as_array changes how the description is written.
    const asList = call.query.text_field_as_array === 'true'
    const answers = items.map((field) => {
      const answer = fieldAnswer(table, field)
      return asList ? { ...answer, description: [{ type: 'text', text: field.description }] } : answer
    })
    return { data: { ...rest, total: table.fields.length, items: answers } }
  },
  'PUT /open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields/:field_id': (platform, call) => {
    const { base, table } = tableCall(platform, call)
    const field = fieldById(table, call.params.field_id ?? '')
    const input = call.body as unknown as FieldInput
    const { name, type, uiType, property, description } = checkedField(base, input)
    if (table.fields.some((other) => other !== field && other.name === name)) throw new PlatformError(1254014)
    if (type !== field.type) for (const row of table.rows.values()) row.cells.delete(field.fieldId)
    const kept = type === field.type && property === undefined ? field.property : property
    Object.assign(field, { name, type, uiType, description })
    field.property = knownProperty(type, kept, () => platform.bases.optionId())
    table.revision += 1
    return { data: { field: fieldAnswer(table, field) }, fields: { ...call.params } }
  },
  'DELETE /open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields/:field_id': (platform, call) => {
    const { table } = tableCall(platform, call)
    const field = fieldById(table, call.params.field_id ?? '')
    if (field === table.fields[0]) throw new PlatformError(1254046)
    table.fields = table.fields.filter((other) => other !== field)
    for (const row of table.rows.values()) row.cells.delete(field.fieldId)
    table.revision += 1
    return { data: { field_id: field.fieldId, deleted: true }, fields: { ...call.params } }
  },
}

/** A field of a type with its default look. */
export function fieldOf(name: string, type: number, property?: FieldProperty): Omit<Field, 'fieldId'> {
  return { name, type, uiType: uiTypeOf(type, undefined), property, description: '' }
}

/**
 * What a call asks for, before the table knows it.
 *
 * @throws PlatformError 1254015 for a ui_type of another type, the type's code for a link to no table
 */
export function checkedField(base: Base, input: FieldInput): Omit<Field, 'fieldId'> {
  const property = input.property ?? undefined
  checkLink(input.type, property?.table_id, base.tables)
  return {
    name: input.field_name,
    type: input.type,
    uiType: uiTypeOf(input.type, input.ui_type || undefined),
    property,
    description: input.description?.text ?? '',
  }
}

/** Adds a field, and for a two-way link its other side. */
function addField(platform: Platform, base: Base, table: Table, input: FieldInput): Field {
  const field = platform.bases.addField(table, checkedField(base, input))
  table.revision += 1
  const other = input.type === 21 ? base.tables.get(input.property?.table_id ?? '') : undefined
  if (!other || !field.property) return field
  const name = String(input.property?.back_field_name ?? `${table.name}-${field.name}`)
  const back = fieldOf(name, 21, { table_id: table.tableId, back_field_id: field.fieldId, back_field_name: field.name })
  field.property.back_field_id = platform.bases.addField(other, back).fieldId
  field.property.back_field_name = name
  return field
}

/** @throws PlatformError 1254044 */
function fieldById(table: Table, fieldId: string): Field {
  const field = table.fields.find((known) => known.fieldId === fieldId)
  if (field) return field
  throw new PlatformError(1254044, fieldId)
}

function fieldAnswer(table: Table, field: Field) {
  return {
    field_id: field.fieldId,
    field_name: field.name,
    type: field.type,
    ui_type: field.uiType,
    property: field.property ?? null,
    description: field.description,
    is_primary: field === table.fields[0],
    is_hidden: false,
  }
}
