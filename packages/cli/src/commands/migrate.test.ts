import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startSandbox } from '@larkspur/sandbox'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { botFolder } from '../testing/bot-folder.ts'
import { type CommandResult, larkspur, RunningCommand } from '../testing/command.ts'
import { larkspurHere } from '../testing/command-here.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

const config = `
import { defineConfig, definePlugin } from '@larkspur/core'

const lists = {
  name: '0001-lists',
  async up({ db, table }) {
    await db.schema.createTable(table('list')).addColumn('id', 'text', (column) => column.primaryKey()).execute()
    await db.insertInto(table('list')).values([{ id: 'a' }, { id: 'b' }]).execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('list')).execute()
  },
}
const due = {
  name: '0002-due',
  loses: ['who was reminded'],
  async up({ db, table }) {
    await db.schema.alterTable(table('list')).addColumn('due', 'bigint').execute()
  },
  async down({ db, table }) {
    await db.schema.alterTable(table('list')).dropColumn('due').execute()
  },
}
const breaking = { name: '0003-breaking', breaking: true, async up() {}, async down() {} }
const steps = [lists, due, breaking].slice(0, Number(process.env.STEPS ?? 2))
export default defineConfig({ plugins: [definePlugin({ name: 'todo', migrations: steps, setup() {} })()] })
`

/** A bot with a database, and `larkspur migrate …` in its folder. */
async function bot(flavour: 'SQLite' | 'PostgreSQL') {
  const folder = await botFolder({ 'bot.config.ts': config })
  const database = flavour === 'PostgreSQL' ? await createTestDatabase(inject('postgresUrl')) : undefined
  onTestFinished(async () => {
    await database?.[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  const env = database ? { LARKSPUR_DATABASE_URL: database.url } : {}
  const migrate = (argv: readonly string[]): Promise<CommandResult> =>
    larkspurHere(['migrate', ...argv], { cwd: folder.path, env })
  return { folder, env, migrate }
}

describe.each(['SQLite', 'PostgreSQL'] as const)('larkspur migrate on %s', { timeout: 60_000 }, (flavour) => {
  it('lists what is there and what is missing, and runs it once', async () => {
    const { migrate } = await bot(flavour)
    const before = await migrate(['status', '--check'])
    expect(before).toMatchObject({ exitCode: 1, stderr: '' })
    expect(before.stdout).toMatch(/^OWNER +MIGRATION +APPLIED$/m)
    expect(before.stdout).toMatch(/^plugin:todo +0001-lists +not yet$/m)
    expect(before.stdout).toMatch(/^\d+ to run: larkspur migrate up$/m)

    const up = await migrate(['up'])
    expect(up).toMatchObject({ exitCode: 0, stderr: '' })
    for (const step of ['core/0001-token', 'plugin:todo/0001-lists', 'plugin:todo/0002-due', 'inbox/0001-inbox'])
      expect(up.stdout).toContain(`+ ${step}\n`)
    expect((await migrate(['up'])).stdout).toBe('The database is up to date; there was nothing to run.\n')

    const status = await migrate(['status', '--check', '--json'])
    expect(status).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(status.stdout)).toContainEqual({
      owner: 'plugin:todo',
      name: '0002-due',
      appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      known: true,
      breaking: false,
    })
  })

  it('undoes migrations after saying what is lost, and nothing when nobody can be asked', async () => {
    const { migrate } = await bot(flavour)
    await migrate(['up'])
    const asked = await migrate(['down', '--owner', 'plugin:todo', '--steps', '2'])
    expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') })
    for (const loss of ['who was reminded', 'column due of p_todo_list (2 rows)', 'table p_todo_list with 2 rows'])
      expect(asked.stdout).toContain(`    loses ${loss}\n`)
    expect((await migrate(['status', '--check'])).exitCode).toBe(0)

    const down = await migrate(['down', '--owner', 'plugin:todo', '--steps', '2', '--yes'])
    expect(down).toMatchObject({ exitCode: 0, stderr: '' })
    expect(down.stdout).toMatch(/- plugin:todo\/0002-due\n- plugin:todo\/0001-lists\n$/)
    expect((await migrate(['down', '--owner', 'plugin:todo'])).stdout).toBe('There is nothing to undo.\n')
    expect((await migrate(['down', '--owner', 'todo'])).stderr).toMatch(/core, plugin:todo, inbox/)
  })

  it('names migrations of a newer program, and undoes none of them', async () => {
    const { folder, env, migrate } = await bot(flavour)
    await larkspur(['migrate', 'up'], { cwd: folder.path, env: { ...env, STEPS: '3' } })
    const { stdout, exitCode } = await migrate(['status', '--check'])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^plugin:todo +0003-breaking +\S+Z +breaking, unknown to this program$/m)
    expect(stdout).toContain('refuses to start')
    for (const argv of [['up'], ['down', '--owner', 'plugin:todo', '--yes']]) {
      const refused = await migrate(argv)
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('STORAGE_NEWER') })
      expect(refused.stderr).toContain('plugin:todo/0003-breaking')
    }
  })
})

it('undoes nothing on SQLite while the bot runs', { timeout: 60_000 }, async () => {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  const { folder, migrate } = await bot('SQLite')
  await using running = new RunningCommand(['start'], { cwd: folder.path, env: sandboxEnv(sandbox) })
  await running.printed(/"started"/)
  expect(await migrate(['down', '--yes'])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('INBOX_IN_USE'),
  })
  expect((await migrate(['status', '--check'])).exitCode).toBe(0)
  running.kill('SIGTERM')
  expect((await running.ended).exitCode).toBe(0)
  expect((await migrate(['down', '--yes'])).exitCode).toBe(0)
})

describe('larkspur migrate create', () => {
  it('writes the next migration, which runs as it is', async () => {
    const { folder, migrate } = await bot('SQLite')
    const first = await migrate(['create', 'Due dates'])
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(first.stdout).toContain(`import { dueDates } from './migrations/0001-due-dates.ts'`)
    const second = await migrate(['create', 'shares'])
    expect(second.stdout).toMatch(/^migrations\/0002-shares\.ts\n/)
    expect(await readFile(join(folder.path, 'migrations/0002-shares.ts'), 'utf8')).toContain(`name: '0002-shares'`)
    await writeFile(
      join(folder.path, 'bot.config.ts'),
      `import { defineConfig, definePlugin } from '@larkspur/core'
import { dueDates } from './migrations/0001-due-dates.ts'
export default defineConfig({ plugins: [definePlugin({ name: 'todo', migrations: [dueDates], setup() {} })()] })`,
    )
    expect((await migrate(['up'])).stdout).toContain('+ plugin:todo/0001-due-dates\n')
    const down = await migrate(['down', '--yes', '--owner', 'plugin:todo'])
    expect(down.stdout).toContain('loses table p_todo_entry with 0 rows')
  })

  it.each([
    [['create', 'due'], /0001-due\.ts already/],
    [['create', '../due'], /no name for a migration/],
    [['down', '--steps', '0'], /1 or more/],
  ])('refuses %j', async (argv, words) => {
    const { migrate } = await bot('SQLite')
    await migrate(['create', 'due'])
    expect(await migrate(argv)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(words) })
  })
})

it.each([
  ['a wrong URL', 'mysql://bot:planted-p4ss@db/bot', /STORAGE_URL_INVALID/, /postgres:\/\/user:password@host/],
  ['nobody there', 'postgres://bot:planted-p4ss@127.0.0.1:1/bot', /STORAGE_UNAVAILABLE/, /→ Nobody listens there/],
  [
    'no such host',
    'postgres://bot:planted-p4ss@db.invalid/bot',
    /STORAGE_UNAVAILABLE/,
    /→ .*db\.invalid|→ .*no address/,
  ],
])(
  'with %s in the database setting every command says what to do, and no password',
  { timeout: 60_000 },
  async (_what, url, code, hint) => {
    await using folder = await botFolder({ 'bot.config.ts': config })
    const env = {
      ...{ LARKSPUR_DATABASE_URL: url, LARKSPUR_APP_ID: 'cli_00000000000000aa', LARKSPUR_APP_SECRET: 'planted-p4ss' },
      LARKSPUR_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    }
    const options = { cwd: folder.path, env }
    for (const result of [larkspurHere(['migrate', 'status'], options), larkspur(['start'], options)]) {
      const { exitCode, stdout, stderr } = await result
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(code)
      expect(stderr).toMatch(hint)
      expect(stdout + stderr).not.toContain('planted')
    }
  },
)
