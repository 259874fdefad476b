import { type Database, definePlugin, type Migration, type Plugin } from '@larkspur/core'
import { botOf, reason, type Subject } from './subject.ts'

interface Catalogue {
  readonly sqlite_master: { readonly type: string; readonly name: string; readonly sql: string | null }
}

/** Tables begin with the plugin's prefix; the steps can be undone one by one and done again, to the same schema. */
export async function migrationProblems(subject: Subject): Promise<string[]> {
  const { migrations = [] } = subject.record.definition
  if (migrations.length === 0) return []
  const prefix = `p_${subject.name.replaceAll('-', '_')}_`
  const without = await schemaOf(subject.others)
  const probe = databaseProbe()
  await using _ = await botOf([...subject.others, subject.plugin(), probe.plugin], true)
  const database = probe.database()
  const before = await objects(database)
  const foreign = [...before.keys()].filter((name) => !without.has(name) && !name.startsWith(prefix))
  if (foreign.length > 0) return [`migrations: names must begin with ${prefix}, unlike ${foreign.join(', ')}`]
  const problem = await roundTrip(database, prefix, migrations)
  if (problem) return [`migrations: ${problem}`]
  const after = await objects(database)
  const changed = [...before].filter(([name, sql]) => after.get(name) !== sql).map(([name]) => name)
  return changed.length > 0 ? [`migrations: down and up again changes ${changed.join(', ')}`] : []
}

async function roundTrip(
  database: Database<Catalogue>,
  prefix: string,
  migrations: readonly Migration[],
): Promise<string | undefined> {
  const context = () => ({
    flavour: database.flavour,
    db: database.query as never,
    table: (name: string) => `${prefix}${name}`,
  })
  let step = ''
  try {
    await database.write(async () => {
      for (const migration of migrations.toReversed()) {
        step = `down of ${migration.name}`
        await migration.down(context())
      }
    })
    const left = [...(await objects(database)).keys()].filter((name) => name.startsWith(prefix))
    if (left.length > 0) return `after every down there is still ${left.join(', ')}`
    await database.write(async () => {
      for (const migration of migrations) {
        step = `up of ${migration.name}, after every down`
        await migration.up(context())
      }
    })
  } catch (error) {
    return `${step} fails: ${reason(error)}`
  }
  return undefined
}

async function schemaOf(plugins: readonly Plugin[]): Promise<Map<string, string | null>> {
  const probe = databaseProbe()
  await using _ = await botOf([...plugins, probe.plugin], true)
  return objects(probe.database())
}

async function objects(database: Database<Catalogue>): Promise<Map<string, string | null>> {
  const rows = await database.query.selectFrom('sqlite_master').select(['name', 'sql']).execute()
  // SQLite names the indexes of primary keys and unique columns itself; the kernel's tables are its own affair.
  return new Map(rows.filter(({ name }) => !/^(sqlite|larkspur)_/.test(name)).map(({ name, sql }) => [name, sql]))
}

/** A plugin that lends its database. */
function databaseProbe(): { readonly plugin: Plugin; readonly database: () => Database<Catalogue> } {
  let database: (() => Database) | undefined
  const probe = definePlugin({
    name: 'conformance-probe',
    setup(context) {
      database = () => context.database
    },
  })
  return { plugin: probe(), database: () => database?.() as Database<Catalogue> }
}
