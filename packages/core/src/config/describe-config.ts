import type { ConfigOrigin } from './layers.ts'

/** The rows of `larkspur config`, aligned: option, value with secrets masked, and where it comes from. */
export function describeConfig(origins: readonly ConfigOrigin[]): string {
  const rows = origins.map(({ path, value, origin, variable }) => [
    path,
    value === '' ? '–' : value,
    variable ? `${origin} (${variable})` : origin,
  ])
  const width = (column: number) => Math.min(48, Math.max(0, ...rows.map((row) => (row[column] ?? '').length)))
  const [first, second] = [width(0), width(1)]
  return rows
    .map(([path = '', value = '', from = '']) => `${path.padEnd(first)}  ${value.padEnd(second)}  ${from}`)
    .join('\n')
}
