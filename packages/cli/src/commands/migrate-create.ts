import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { CliError } from '../cli-error.ts'

/** Options of `larkspur migrate create`. */
export interface MigrateCreateOptions {
  readonly cwd: string
  readonly folder?: string | undefined
}

/** `larkspur migrate create <name>`: writes an empty migration and says how to register it. */
export async function migrateCreate(text: string, { cwd, folder }: MigrateCreateOptions): Promise<number> {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s_-]+/)
  if (!words.every((word) => /^[a-z0-9]+$/.test(word)) || !/^[a-z]/.test(words[0] ?? ''))
    throw new CliError(
      `${JSON.stringify(text)} is no name for a migration.`,
      'Use letters, digits and hyphens, beginning with a letter: larkspur migrate create add-due-date',
    )
  const place = resolve(cwd, folder ?? (existsSync(join(cwd, 'src')) ? 'src/migrations' : 'migrations'))
  mkdirSync(place, { recursive: true })
  const files = readdirSync(place)
  const taken = files.find((file) => file.replace(/^\d+-/, '').replace(/\.[cm]?[jt]s$/, '') === words.join('-'))
  if (taken)
    throw new CliError(
      `There is ${relative(cwd, join(place, taken))} already.`,
      'A migration that has run anywhere stays as it is: choose another name for what comes after it.',
    )
  const number = Math.max(0, ...files.map((file) => Number(/^(\d{4})-/.exec(file)?.[1] ?? 0))) + 1
  const name = `${String(number).padStart(4, '0')}-${words.join('-')}`
  const variable = words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('')
  const path = join(place, `${name}.ts`)
  // Somebody may have made the same one a moment ago.
  writeFileSync(path, template(name, variable), { flag: 'wx' })
  process.stdout.write(`${relative(cwd, path)}

Fill in up and down, then add it to the plugin, after the ones before it:

  import { ${variable} } from './migrations/${name}.ts'

  definePlugin({ …, migrations: [${number > 1 ? '…, ' : ''}${variable}] })
`)
  return 0
}

function template(name: string, variable: string): string {
  return `import type { Migration } from '@larkspur/core'

// Columns are text, integer, bigint and bytea only: one text serves SQLite and PostgreSQL. Times are bigint milliseconds,
// booleans integer 0 and 1, JSON text. Add \`breaking: true\` when older programs cannot work on the result (a column that
// is dropped or renamed): they then refuse to start.
export const ${variable}: Migration = {
  name: '${name}',
  async up({ db, table }) {
    await db.schema
      .createTable(table('entry'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('entry')).execute()
  },
}
`
}
