import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { coreError } from '../errors/catalogue.ts'
import { withScope } from './context.ts'
import { createLog, type LogOptions } from './pino-log.ts'
import { createSecrets } from './redact.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larkspur-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function logTo(given: Partial<LogOptions> = {}) {
  const secrets = createSecrets()
  secrets.learn('canary-app-secret', 'key')
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = await createLog({ level: 'info', format: 'json', secrets, destination, ...given })
  return { log, lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('json', () => {
  test('a line has level, time, message and fields, and what is known of the running code', async () => {
    const { log, records } = await logTo()
    const child = log.child({ plugin: 'to-do' })
    withScope({ appId: 'cli_a', eventKey: 'event:1', handler: 'to-do/add' }, () => child.info('stored', { entries: 3 }))
    expect(records()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        app: 'cli_a',
        event: 'event:1',
        handler: 'to-do/add',
        plugin: 'to-do',
        entries: 3,
        msg: 'stored',
      },
    ])
  })

  test('lines below the level are not written, and cost nothing', async () => {
    const { log, lines } = await logTo({ level: 'warn' })
    log.info('no', {
      get costly(): string {
        throw new TypeError('was read')
      },
    })
    log.warn('yes')
    expect([lines.length, log.enabled('info'), log.enabled('warn')]).toEqual([1, false, true])
    const silent = await logTo({ level: 'silent' })
    silent.log.error('no')
    expect(silent.lines).toEqual([])
  })

  test('a record is one line, whatever it holds', async () => {
    const { log, lines, records } = await logTo()
    log.info('a\n{"level":"error"}\r\u001b[31m\u2028', {
      'k\ney': 'v\nv',
      level: 'error',
      msg: 'other',
      time: 1,
      big: 'x'.repeat(10_000_000),
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}|\u2028/u)
    expect(lines[0]?.length).toBeLessThan(10_000)
    expect(records()[0]).toMatchObject({
      level: 'info',
      level_: 'error',
      msg_: 'other',
      time_: 1,
      msg: expect.stringContaining('a\n'),
    })
  })

  test('an error of ours is shown without stack below debug, a foreign one always with it', async () => {
    const own = coreError('API_REFUSED', { message: 'no', cause: new TypeError('inner') })
    const { log, records } = await logTo()
    log.error('failed', { error: own })
    log.error('failed', { error: new TypeError('foreign') })
    expect(records()[0]?.error).toMatchObject({
      code: 'API_REFUSED',
      hint: expect.any(String),
      cause: { message: 'inner', stack: expect.any(String) },
    })
    expect(records()[0]?.error).not.toHaveProperty('stack')
    expect(records()[1]?.error).toMatchObject({ name: 'TypeError', stack: expect.any(String) })
    const debug = await logTo({ level: 'debug' })
    debug.log.error('failed', { error: own })
    expect(debug.records()[0]?.error).toMatchObject({ code: 'API_REFUSED', stack: expect.any(String) })
  })
})

describe.each(['json', 'pretty'] as const)('%s output', (format) => {
  test('shows no secret', async () => {
    const { log, lines } = await logTo({ format, level: 'trace' })
    const token = `u-abc${'canary'.repeat(6)}`
    const error = Object.assign(new TypeError(`with canary-app-secret and ${token}`), {
      request: { headers: 'canary' },
      password: 'canary',
    })
    log.child({ appSecret: 'canary' }).error(`message canary-app-secret ${token} {"refresh_token":"canary"}`, {
      error: coreError('API_REFUSED', { message: `for ${token}`, cause: error }),
      url: 'https://u:canary@host/?code=canarycanary1&ticket=canary',
      headers: { authorization: `Bearer ${token}`, cookie: 'canary' },
    })
    const text = lines.join('').replaceAll('u-abc***', '')
    expect(text).not.toContain('canary')
    expect(lines.join('')).toContain('u-abc***')
  })

  test('holds no escape code that was logged', async () => {
    const { log, lines } = await logTo({ format })
    log.info('\u001b[31mred\u001b]0;title\u0007', { a: '\u001b[2J', error: new TypeError('\u001b[31mred') })
    expect(lines.join('').replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})

test('pretty output keeps a message on its line', async () => {
  const { log, lines } = await logTo({ format: 'pretty' })
  log.warn('first\nsecond', { entries: 3 })
  expect(lines.join('')).toMatch(/^\[[\d:.]+\] WARN: first\\nsecond\n {4}entries: 3\n$/)
})

describe('a file', () => {
  test('is appended to, its folder made, and holds everything after close', async () => {
    const file = join(folder, 'logs', 'bot.log')
    for (const round of [1, 2]) {
      const { log } = await logTo({ file, destination: undefined })
      for (let index = 0; index < 100; index++) log.info('line', { round, index })
      await log.flush()
      await log.close()
      log.info('too late')
      await log.close()
    }
    const records = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { round: number; index: number })
    expect([records.length, records[0], records.at(-1)]).toMatchObject([
      200,
      { round: 1, index: 0 },
      { round: 2, index: 99 },
    ])
  })

  test('that cannot be written is a clear error', async () => {
    writeFileSync(join(folder, 'taken'), '')
    const failed = logTo({ file: join(folder, 'taken', 'bot.log'), destination: undefined })
    await expect(failed).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('log.file') })
  })
})

test('a reader that does not read holds up neither the program nor its end', async () => {
  const urls = ['pino-log.ts', 'redact.ts'].map((name) =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href),
  )
  const script = `
    const { createLog } = await import(${urls[0]})
    const { createSecrets } = await import(${urls[1]})
    const log = await createLog({ level: 'info', format: 'json', secrets: createSecrets() })
    for (let index = 0; index < 3000; index++) log.info('x'.repeat(8000))
    process.stderr.write('logged ')
    await log.close()
    process.stderr.write('closed')
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (data) => (said += String(data)))
  await once(child, 'exit')
  child.stdout.destroy()
  expect(said).toBe('logged closed')
})

test('standard output gets every line, also when the program ends at once', () => {
  const urls = ['pino-log.ts', 'redact.ts'].map((name) =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href),
  )
  const script = `
    const { createLog } = await import(${urls[0]})
    const { createSecrets } = await import(${urls[1]})
    const log = await createLog({ level: 'info', format: 'json', secrets: createSecrets() })
    for (let index = 0; index < 1000; index++) log.info('line', { index })
    process.exit(0)`
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  expect(text.trimEnd().split('\n')).toHaveLength(1000)
})
