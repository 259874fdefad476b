import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startSandbox } from '@larkspur/sandbox'
import { expect, inject, it } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { botFolder } from '../testing/bot-folder.ts'
import { larkspur, RunningCommand } from '../testing/command.ts'
import { sandboxEnv } from '../testing/sandbox-env.ts'

const page = await readFile(new URL('../../../../docs/rollback.md', import.meta.url), 'utf8')
const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const quarterOfAnHourMs = 15 * 60_000

/** The commands of a section of the page, block by block. */
function commandsOf(section: string): readonly string[] {
  const body = page.split(/^## /m).find((each) => each.startsWith(section)) ?? ''
  return [...body.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands]) => commands ?? '')
}

/** A bot with a plugin: version 1 has one migration, version 2 two. Every message adds a row. */
const config = (version: 1 | 2) => `
import { defineConfig, definePlugin } from '@larkspur/core'

const lists = {
  name: '0001-lists',
  async up({ db, table }) {
    await db.schema.createTable(table('list')).addColumn('id', 'text', (column) => column.primaryKey()).execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('list')).execute()
  },
}
const due = {
  name: '0002-due',
  async up({ db, table }) {
    await db.schema.alterTable(table('list')).addColumn('due', 'bigint').execute()
  },
  async down({ db, table }) {
    await db.schema.alterTable(table('list')).dropColumn('due').execute()
  },
}
const todo = definePlugin({
  name: 'todo',
  migrations: [lists, due].slice(0, ${version}),
  setup({ on, database, log }) {
    on('im.message.receive_v1', async ({ body }) => {
      await database.query.insertInto('p_todo_list').values({ id: body.message.message_id }).execute()
      log.info('added', { lists: (await database.query.selectFrom('p_todo_list').select('id').execute()).length })
    })
  },
})
export default defineConfig({ plugins: [todo()] })
`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

it.each(['SQLite', 'PostgreSQL'] as const)(
  'the commands of docs/rollback.md work on %s, one after the other',
  {
    timeout: 120_000,
  },
  async (flavour) => {
    await using sandbox = await startSandbox()
    await using folder = await botFolder({ 'bot.config.ts': config(1) })
    await using postgres = flavour === 'PostgreSQL' ? await createTestDatabase(inject('postgresUrl')) : undefined
    await mkdir(join(folder.path, 'bin'))
    await writeFile(join(folder.path, 'bin', 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${main}" "$@"\n`)
    await chmod(join(folder.path, 'bin', 'npx'), 0o755)
    const env = {
      ...sandboxEnv(sandbox),
      LARKSPUR_DATABASE_URL: postgres?.url ?? 'sqlite:data',
      LARKSPUR_ENCRYPTION_KEY: (await larkspur(['key', 'new'], { cwd: folder.path })).stdout.trim(),
      LARKSPUR_HTTP_MONITOR_PORT: String(await freePort()),
    }
    const deploy = (version: 1 | 2) => writeFile(join(folder.path, 'bot.config.ts'), config(version))
    const start = async (): Promise<RunningCommand> => {
      const running = new RunningCommand(['start'], { cwd: folder.path, env })
      await running.printed(/"msg":"started"/)
      return running
    }
    const stop = async (running: RunningCommand): Promise<void> => {
      running.kill('SIGTERM')
      expect((await running.ended).exitCode).toBe(0)
    }
    const hear = async (running: RunningCommand, lists: number): Promise<void> => {
      await sandbox.say({ user: 'alice', text: 'a list' })
      await running.printed(new RegExp(`"lists":${lists}\\D`))
    }
    /** Runs the commands of a section as a shell does, stopping at the first that fails. */
    const follow = async (section: string): Promise<string> => {
      const commands = commandsOf(section)
      expect(commands).not.toHaveLength(0)
      const child = spawn('/bin/sh', ['-e', '-c', commands.join('')], {
        cwd: folder.path,
        env: { ...process.env, ...env, NO_COLOR: '1', PATH: `${join(folder.path, 'bin')}:${process.env.PATH}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ])
      expect({ section, exitCode, stderr }).toMatchObject({ exitCode: 0 })
      return stdout
    }

    await larkspur(['migrate', 'up'], { cwd: folder.path, env })
    let bot = await start()
    await hear(bot, 1)
    await deploy(2)
    expect(await follow('Before an upgrade')).toContain('+ plugin:todo/0002-due')
    await hear(bot, 2)
    await stop(bot)
    bot = await start()
    await hear(bot, 3)

    const startedAt = performance.now()
    await deploy(1)
    await stop(bot)
    expect(await follow('1. Roll back the program')).toMatch(/0002-due .*unknown to this program/)
    bot = await start()
    await hear(bot, 4)
    await stop(bot)

    await deploy(2)
    expect(await follow('2. Roll back the schema')).toContain('loses column due of p_todo_list (4 rows)')
    await deploy(1)
    bot = await start()
    await hear(bot, 5)
    await stop(bot)

    await follow('3. Restore a backup')
    bot = await start()
    await hear(bot, 2)
    expect(await follow('Afterwards')).toMatch(/ready since/)
    const tookMs = performance.now() - startedAt
    await stop(bot)
    expect(tookMs).toBeLessThan(quarterOfAnHourMs)
    console.info(`rollback drill on ${flavour}: ${(tookMs / 1000).toFixed(1)} s of commands`)
  },
)
