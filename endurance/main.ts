// npm run test:long [-- --only T1,T4 --full --json]: chaos and endurance, row by row; writes the table of docs/reliability.md.
import { parseArgs } from 'node:util'
import { startPostgres } from '../scripts/postgres/launcher.ts'
import { isReached, type Result, type Row, shownTarget } from './row.ts'
import { databaseOutageRow } from './rows/database-outage.ts'
import { dueTogetherRow } from './rows/due-together.ts'
import { keyRotationRow } from './rows/key-rotation.ts'
import { endedRefreshRow, killedRefreshRows } from './rows/killed-refresh.ts'
import { sandboxMemoryRow } from './rows/sandbox-memory.ts'
import { sharedRefreshRows } from './rows/shared-refresh.ts'
import { jsonLine, writeTable } from './table.ts'

const rows: readonly Row[] = [
  ...sharedRefreshRows,
  ...killedRefreshRows,
  endedRefreshRow,
  dueTogetherRow,
  keyRotationRow,
  databaseOutageRow,
  sandboxMemoryRow,
]
const page = 'docs/reliability.md'
/** Of all rows together, without `--full`. */
const longestMs = 75 * 60_000

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, full: { type: 'boolean', default: false }, json: { type: 'boolean' } },
  })
  const only = values.only?.split(',')
  const unknown = only?.filter((id) => !rows.some((row) => row.id === id)) ?? []
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(', ')}; there are ${rows.map(({ id }) => id).join(', ')}.`)
  const chosen = rows.filter(({ id }) => only?.includes(id) ?? true)

  const startedAt = performance.now()
  const results: Result[] = []
  await using postgres = await startPostgres()
  for (const row of chosen) {
    if (!values.full && performance.now() - startedAt > longestMs)
      throw new Error(`75 minutes are over before ${row.id}; --only runs a row by itself.`)
    const result = await run(row, { full: values.full, postgresUrl: postgres.url })
    results.push(result)
    writeTable(page, rows, results)
    if (values.json) console.log(jsonLine(result))
  }
  if (results.some(({ reached }) => !reached)) process.exitCode = 1
}

async function run(row: Row, ground: { readonly full: boolean; readonly postgresUrl: string }): Promise<Result> {
  const { id, name, unit, target } = row
  const startedAt = performance.now()
  const log = (text: string): void => void process.stderr.write(`${id}: ${text}\n`)
  log(`${name} …`)
  let value: number | undefined
  try {
    value = await row.run({ ...ground, log })
  } catch (error) {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const reached = value !== undefined && isReached(value, target)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  const figure = value === undefined ? 'failed' : `${value} ${unit}`
  log(`${figure} (${shownTarget(target)}): ${reached ? 'reached' : 'NOT REACHED'}, ${seconds} s`)
  return { row, value, reached }
}

await main().catch((error: unknown) => {
  process.stderr.write(`test:long: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
