import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { Row } from './row.ts'

const columns = ['benchmark', 'Larkspur', 'SDK', 'unit', 'ratio', 'target', 'reached'] as const

function cells(row: Row): readonly string[] {
  const { target } = row
  const limit = target ? ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`) : ''
  const reached = row.reached === undefined ? '' : row.reached ? 'yes' : 'no'
  if ('value' in row) {
    const theirs = row.theirs === undefined ? '' : shown(row.theirs)
    return [row.name, shown(row.value), theirs, row.unit, '', limit && `${limit} ${row.unit}`, reached]
  }
  return [row.name, shown(row.ours), shown(row.theirs), row.unit, row.ratio.toFixed(2), limit, reached]
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}

/** Lines with aligned columns, for a terminal. */
export function textTable(rows: readonly Row[]): string {
  const lines = [columns, ...rows.map(cells)]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, index) =>
          rightAligned(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function rightAligned(index: number): boolean {
  return index === 1 || index === 2 || index === 4
}

/** The same as Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (rightAligned(index) ? '---:' : '---'))
  return [columns, rule, ...rows.map(cells)].map(line).join('\n')
}

/** What `--json` prints for a row. */
export function jsonLine(row: Row): string {
  const target = row.target ? Object.values(row.target)[0] : undefined
  const { name, unit, reached } = row
  if ('value' in row) return JSON.stringify({ name, value: row.value, unit, theirs: row.theirs, target, reached })
  const { ours, theirs, ratio } = row
  return JSON.stringify({ name, unit, ours, theirs, ratio, target, reached })
}

/** The machine and the versions, in one line. */
export function machine(): string {
  const require = createRequire(import.meta.url)
  const manifest = JSON.parse(readFileSync(require.resolve('@larksuiteoapi/node-sdk/package.json'), 'utf8'))
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  const processor = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`
  return [
    processor,
    memory,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `@larksuiteoapi/node-sdk ${manifest.version}`,
    `commit ${commit}`,
  ].join(', ')
}
