// Every migration of every package, up, down and up again with rows in place, on both databases. New packages and new steps are
// found by themselves.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { inboxMigrations } from '../packages/core/src/inbox/inbox-migrations.ts'
import { pluginRecord } from '../packages/core/src/plugin/define-plugin.ts'
import { kernelMigrations } from '../packages/core/src/storage/kernel-migrations.ts'
import { type MigrationSet, migrateUp, pluginMigrations } from '../packages/core/src/storage/migrator.ts'
import { type OpenDatabase, openDatabase } from '../packages/core/src/storage/open-database.ts'
import { silentLog } from '../packages/core/src/testing/silent-log.ts'
import { storageSettings } from '../packages/core/src/testing/storage-settings.ts'
import { undoNewest } from '../packages/core/src/testing/undo-newest.ts'
import { createTestDatabase } from './postgres/test-database.ts'

type Rows = Record<string, Record<string, unknown>>

const packages = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages')
const sets = [kernelMigrations, inboxMigrations, ...(await setsOfPlugins())]

async function setsOfPlugins(): Promise<MigrationSet[]> {
  const entries = readdirSync(packages)
    .map((name) => join(packages, name, 'src', 'index.ts'))
    .filter((entry) => /plugin-[^/]+\/src/.test(entry) && existsSync(entry))
  const modules = await Promise.all(entries.map((entry) => import(pathToFileURL(entry).href)))
  return modules.flatMap((module: object) =>
    Object.values(module).flatMap((value: unknown) => {
      if (typeof value !== 'function' || !('pluginName' in value)) return []
      const record = pluginRecord(value({}))
      return record?.definition.migrations ? [pluginMigrations(record.name, record.definition.migrations)] : []
    }),
  )
}

async function emptyDatabase(flavour: 'sqlite' | 'postgres', stack: AsyncDisposableStack): Promise<OpenDatabase<Rows>> {
  if (flavour === 'postgres') {
    const { url } = stack.use(await createTestDatabase())
    return stack.use(
      await openDatabase<Rows>(storageSettings(url), { migrations: [], migrate: 'auto', log: silentLog }),
    )
  }
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-migrations-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  return stack.use(await openDatabase<Rows>(storageSettings(`sqlite:${folder}`), { migrations: [], log: silentLog }))
}

let filled = 0

/** Adds a row to every table, with a value in every column; returns the columns by table. */
async function fill(query: OpenDatabase<Rows>['query']): Promise<Record<string, string[]>> {
  const all = await query.introspection.getTables()
  const tables = all.filter(({ name }) => name !== 'larkspur_migrations').sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, columns } of tables) {
    filled++
    const row = columns.map(({ name, dataType }) => [name, value(name, dataType.toLowerCase())])
    await query.insertInto(name).values(Object.fromEntries(row)).execute()
  }
  return Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name).sort()]))
}

function value(column: string, type: string): unknown {
  if (/^(text)$/.test(type)) return `${column} ${filled}`
  if (/^(bigint|integer|int8|int4)$/.test(type)) return filled
  if (/^(bytea)$/.test(type)) return Buffer.from(`${column} ${filled}`)
  throw new Error(`column ${column} is ${type}: columns are text, integer, bigint and bytea only`)
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (flavour) => {
  test.each(sets.map((set) => [set.owner, set] as const))(
    'the migrations of %s go up, down and up with rows in place',
    async (_owner, set) => {
      await using stack = new AsyncDisposableStack()
      const database = await emptyDatabase(flavour, stack)
      const upTo = (count: number) => ({ ...set, steps: set.steps.slice(0, count) })
      let before = await fill(database.query)
      for (const [index, { name }] of set.steps.entries()) {
        const some = upTo(index + 1)
        expect(await migrateUp(database, [some], silentLog)).toEqual([`${set.owner}/${name}`])
        const after = await fill(database.query)
        expect(await undoNewest(database, some, 1)).toEqual([name])
        expect(await fill(database.query)).toEqual(before)
        await migrateUp(database, [some], silentLog)
        expect(await fill(database.query)).toEqual(after)
        expect(Object.keys(after).filter((table) => !table.startsWith(set.prefix))).toEqual([])
        before = after
      }
      expect(await undoNewest(database, set, set.steps.length)).toHaveLength(set.steps.length)
      expect(await fill(database.query)).toEqual({})
      expect(await migrateUp(database, [set], silentLog)).toHaveLength(set.steps.length)
      expect(await fill(database.query)).toEqual(before)
    },
  )
})
