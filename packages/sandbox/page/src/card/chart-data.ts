import { type Json, objectOf, objectsOf, textOf } from '../../../src/im/card-json.ts'

/** One line, row of bars or ring of a chart. */
export interface Series {
  name: string
  /** One for each category; absent where the data has none. */
  values: readonly (number | undefined)[]
}

/** The data of a chart, as far as it fits categories and numbers. */
export interface ChartData {
  kind: 'bar' | 'line' | 'area' | 'pie' | 'other'
  title: string | undefined
  categories: readonly string[]
  series: readonly Series[]
  /** The rows as the bot gave them. */
  rows: readonly Json[]
}

const kinds: Record<string, ChartData['kind']> = { bar: 'bar', line: 'line', area: 'area', pie: 'pie', rose: 'pie' }

/** Reads a VChart specification (docs: card components chart; visactor.io spec). */
export function readChart(spec: Json): ChartData {
  const rows = rowsOf(spec.data)
  const kind = kinds[textOf(spec.type) ?? ''] ?? 'other'
  const title = textOf(objectOf(spec.title).text)
  const horizontal = spec.direction === 'horizontal'
  const [first, second] = horizontal ? [spec.yField, spec.xField] : [spec.xField, spec.yField]
  const category = fieldOf(spec.categoryField) ?? fieldOf(first)
  const value = fieldOf(spec.valueField) ?? fieldOf(second)
  if (kind === 'other' || category === undefined || value === undefined) {
    return { kind: 'other', title, categories: [], series: [], rows }
  }
  const group = kind === 'pie' ? undefined : (fieldOf(spec.seriesField) ?? fieldOf([first].flat()[1]))
  const categories = distinct(rows.map((row) => String(row[category] ?? '')))
  const names = group === undefined ? [value] : distinct(rows.map((row) => String(row[group] ?? '')))
  const series = names.map((name) => {
    const own = group === undefined ? rows : rows.filter((row) => String(row[group] ?? '') === name)
    const values = categories.map((entry) =>
      numberOf(own.find((row) => String(row[category] ?? '') === entry)?.[value]),
    )
    return { name, values }
  })
  return { kind, title, categories, series, rows }
}

/** Round steps for an axis from 0 to at least the highest value. */
export function ticksTo(highest: number): readonly number[] {
  if (!(highest > 0)) return [0, 1]
  const rough = highest / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

function rowsOf(data: unknown): readonly Json[] {
  if (!Array.isArray(data)) return objectsOf(objectOf(data).values)
  const sets = objectsOf(data)
  return sets.some((set) => Array.isArray(set.values)) ? sets.flatMap((set) => objectsOf(set.values)) : sets
}

function fieldOf(field: unknown): string | undefined {
  return textOf(Array.isArray(field) ? field[0] : field)
}

function numberOf(value: unknown): number | undefined {
  const number = value === undefined || value === null || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
