import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { type Result, type Row, shownTarget } from './row.ts'

const begin = '<!-- what npm run test:long writes -->'
const end = '<!-- until here -->'
const head = ['| row | what | figure | target | reached | commit |', '| --- | --- | ---: | ---: | --- | --- |']

/** Puts results into the table of a page. Rows that were not run keep what was written last; those that are gone go. */
export function writeTable(page: string, rows: readonly Row[], results: readonly Result[]): void {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has no place for the table: write ${begin} and ${end} into it.`)
  const before = new Map(
    text
      .slice(from, to)
      .split('\n')
      .flatMap((line) => {
        const id = /^\| (\S+) \|/.exec(line)?.[1]
        return id ? [[id, line] as const] : []
      }),
  )
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const lines = rows.flatMap((row) => {
    const result = results.find((each) => each.row === row)
    return result ? `| ${[...cells(result), commit].join(' | ')} |` : (before.get(row.id) ?? [])
  })
  writeFileSync(page, [text.slice(0, from) + begin, '', ...head, ...lines, '', text.slice(to)].join('\n'))
}

function cells({ row, value, reached }: Result): readonly string[] {
  const figure = value === undefined ? 'failed' : `${value.toLocaleString('en')} ${row.unit}`
  return [row.id, row.name, figure, shownTarget(row.target), reached ? 'yes' : 'no']
}

/** What `--json` prints for a row. */
export function jsonLine({ row, value, reached }: Result): string {
  const { id, name, unit, target } = row
  return JSON.stringify({ id, name, value, unit, target: Object.values(target)[0], reached })
}
