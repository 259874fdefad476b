import type { Base, CellValue, Field, Row, Table } from './bases.ts'

/** Writes cells into a row; a value of nothing empties the cell. Two-way links change on their other side too. */
export function setCells(base: Base, table: Table, row: Row, cells: ReadonlyMap<Field, CellValue | undefined>): void {
  for (const [field, value] of cells) {
    const before = row.cells.get(field.fieldId)
    setCell(row, field.fieldId, value)
    if (field.type === 21) linkBack(base, field, row.recordId, before as string[], value as string[])
  }
  table.revision += 1
}

/** Takes records that are gone out of all links to their table. */
export function dropLinksTo(base: Base, table: Table, recordIds: ReadonlySet<string>): void {
  for (const { fields, rows } of base.tables.values()) {
    const links = fields.filter(({ type, property }) => [18, 21].includes(type) && property?.table_id === table.tableId)
    for (const { fieldId } of links) {
      for (const row of rows.values()) {
        const ids = row.cells.get(fieldId) as readonly string[] | undefined
        if (ids?.some((id) => recordIds.has(id)))
          setLinks(
            row,
            fieldId,
            ids.filter((id) => !recordIds.has(id)),
          )
      }
    }
  }
}

function linkBack(
  base: Base,
  field: Field,
  recordId: string,
  before: readonly string[] = [],
  after: readonly string[] = [],
) {
  const { table_id = '', back_field_id = '' } = field.property ?? {}
  const rows = base.tables.get(table_id)?.rows
  for (const id of new Set([...before, ...after])) {
    const row = rows?.get(id)
    if (!row) continue
    const others = ((row.cells.get(back_field_id) as readonly string[] | undefined) ?? []).filter(
      (id) => id !== recordId,
    )
    setLinks(row, back_field_id, after.includes(id) ? [...others, recordId] : others)
  }
}

function setLinks(row: Row, fieldId: string, recordIds: readonly string[]): void {
  setCell(row, fieldId, recordIds.length > 0 ? recordIds : undefined)
}

function setCell(row: Row, fieldId: string, value: CellValue | undefined): void {
  if (value === undefined) row.cells.delete(fieldId)
  else row.cells.set(fieldId, value)
}
