import { PlatformError } from '../platform-error.ts'

/** One choice of a select field. */
export interface SelectOption {
  /** `opt…` */
  id: string
  name: string
  /** 0 to 54. */
  color: number
}

/** Settings of a field that its type brings; which ones is the type's (docs: app-table-field guide). */
export interface FieldProperty {
  options?: SelectOption[]
  /** Of links: the other table and, for two-way links, its field. */
  table_id?: string
  back_field_id?: string
  [setting: string]: unknown
}

interface FieldType {
  /** The first one is the default. */
  uiTypes: readonly string[]
  property?: FieldProperty
  /** Filled by the platform; records cannot bring a value. */
  readOnly?: true
}

const fieldTypes: Readonly<Record<number, FieldType>> = {
  1: { uiTypes: ['Text', 'Email', 'Barcode'] },
  2: { uiTypes: ['Number', 'Progress', 'Currency', 'Rating'], property: { formatter: '0' } },
  3: { uiTypes: ['SingleSelect'], property: { options: [] } },
  4: { uiTypes: ['MultiSelect'], property: { options: [] } },
  5: { uiTypes: ['DateTime'], property: { date_formatter: 'yyyy/MM/dd', auto_fill: false } },
  7: { uiTypes: ['Checkbox'] },
  11: { uiTypes: ['User'], property: { multiple: true } },
  13: { uiTypes: ['Phone'] },
  15: { uiTypes: ['Url'] },
  17: { uiTypes: ['Attachment'] },
  18: { uiTypes: ['SingleLink'], property: { multiple: true } },
  19: { uiTypes: ['Lookup'], readOnly: true },
  20: { uiTypes: ['Formula'], property: { formula_expression: '' }, readOnly: true },
  21: { uiTypes: ['DuplexLink'], property: { multiple: true } },
  22: { uiTypes: ['Location'], property: { location: { input_type: 'not_limit' } } },
  23: { uiTypes: ['GroupChat'], property: { multiple: true } },
  1001: { uiTypes: ['CreatedTime'], property: { date_formatter: 'yyyy/MM/dd' }, readOnly: true },
  1002: { uiTypes: ['ModifiedTime'], property: { date_formatter: 'yyyy/MM/dd' }, readOnly: true },
  1003: { uiTypes: ['CreatedUser'], readOnly: true },
  1004: { uiTypes: ['ModifiedUser'], readOnly: true },
  1005: {
    uiTypes: ['AutoNumber'],
    property: { auto_serial: { type: 'auto_increment_number', options: [] } },
    readOnly: true,
  },
}

/** Types that the first field of a table may have (docs: app-table-field guide). */
export const primaryTypes: readonly number[] = [1, 2, 5, 13, 15, 20, 22]

/** The codes of a property that does not fit its type (docs: app-table-field create). */
const propertyCodes: Readonly<Record<number, number>> = { 3: 1254082, 4: 1254083, 18: 1254089, 21: 1254092 }

const maxOptions = 20_000

export function isReadOnly(type: number): boolean {
  return fieldTypes[type]?.readOnly === true
}

/**
 * The `ui_type` of a field.
 *
 * @throws PlatformError 1254015 when it is none of the type's
 */
export function uiTypeOf(type: number, given: string | undefined): string {
  const { uiTypes } = fieldTypes[type] ?? { uiTypes: [] }
  const uiType = given ?? uiTypes[0]
  if (uiType !== undefined && uiTypes.includes(uiType)) return uiType
  throw new PlatformError(1254015, `ui_type ${given} of type ${type}`)
}

/**
 * The property that a field of this type has, with the type's defaults; options get their ids here.
 *
 * @throws PlatformError 1254026 for an option without name, the type's code for options that do not fit
 */
export function knownProperty(
  type: number,
  given: FieldProperty | undefined,
  newOptionId: () => string,
): FieldProperty | undefined {
  const { property } = fieldTypes[type] ?? {}
  if (!property) return undefined
  const { options, ...rest } = given ?? {}
  const known: FieldProperty = { ...property, ...rest }
  if (!property.options) return known
  const names = (options ?? []).map(({ name }) => name)
  if (names.some((name) => !name)) throw new PlatformError(1254026)
  if (new Set(names).size < names.length || names.length > maxOptions) {
    throw new PlatformError(propertyCodes[type] ?? 1254080)
  }
  known.options = (options ?? []).map(({ id, name, color }, index) => ({
    id: id || newOptionId(),
    name,
    color: color ?? index % 55,
  }))
  return known
}

/** @throws PlatformError with the type's code when a link names no table of the base */
export function checkLink(type: number, tableId: string | undefined, tableIds: ReadonlyMap<string, unknown>): void {
  if (type !== 18 && type !== 21) return
  if (tableId === undefined || !tableIds.has(tableId)) throw new PlatformError(propertyCodes[type] ?? 1254080)
}
