import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfigFile, sourcesOf } from './config-file.ts'
import { describeConfig } from './describe-config.ts'
import { checkNodeVersion } from './node-version.ts'
import { resolveConfig } from './origins.ts'

let cwd = ''
let environment: NodeJS.ProcessEnv

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'larkspur-'))
  environment = { ...process.env }
})

afterEach(() => {
  rmSync(cwd, { recursive: true })
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
})

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
}

const load = (file?: string) => loadConfigFile({ cwd, file })
const failure = () => load().catch((error: unknown) => error as { code: string; message: string; hint: string })

describe('bot.config', () => {
  test.each(['ts', 'mts', 'js', 'mjs'])('.%s is found and imported', async (ending) => {
    write({ [`bot.config.${ending}`]: 'export default { environment: "here" }', 'package.json': '{"type":"module"}' })
    const { config, file } = await load()
    expect([config.environment, file]).toEqual(['here', join(cwd, `bot.config.${ending}`)])
  })

  test('sees .env, which is read first and never overrides the environment', async () => {
    process.env.LARKSPUR_TEST_A = 'environment'
    write({
      '.env': 'LARKSPUR_TEST_A=file\nLARKSPUR_TEST_B=file\nLARKSPUR_HTTP_PORT=3',
      'bot.config.ts':
        'export default { environment: process.env.LARKSPUR_TEST_A + " " + process.env.LARKSPUR_TEST_B }',
    })
    const { config, sources } = await load()
    expect(config.environment).toBe('environment file')
    expect(sourcesOf(config)).toBe(sources)
    const { origins } = resolveConfig(config, sources)
    expect(describeConfig(origins)).toMatch(/^http\.port +3 +\.env \(LARKSPUR_HTTP_PORT\)$/m)
    expect(describeConfig(origins)).toMatch(/^environment +environment file +code$/m)
  })

  test('with a given path is taken from there, and its .env too', async () => {
    write({
      'bots/one.ts': 'export default { environment: process.env.LARKSPUR_TEST_C }',
      'bots/.env': 'LARKSPUR_TEST_C=beside',
    })
    expect((await load('bots/one.ts')).config.environment).toBe('beside')
  })

  test('that is missing names where it was looked for', async () => {
    const { code, message } = (await failure()) as { code: string; message: string }
    expect(code).toBe('CONFIG_FILE_NOT_FOUND')
    for (const ending of ['ts', 'mts', 'js', 'mjs']) expect(message).toContain(join(cwd, `bot.config.${ending}`))
    await expect(load('other.ts')).rejects.toMatchObject({ message: expect.stringContaining(join(cwd, 'other.ts')) })
  })

  test.each([
    ['no export', 'const a = 1', 'has no default export'],
    ['a list', 'export default []', 'exports a list'],
    ['a function', 'export default () => ({})', 'exports a function'],
  ])('with %s as default export is a clear error', async (_, text, words) => {
    write({ 'bot.config.ts': text })
    expect(await failure()).toMatchObject({ code: 'CONFIG_FILE_NO_EXPORT', message: expect.stringContaining(words) })
  })

  test('that throws gives its words', async () => {
    write({ 'bot.config.ts': 'throw new TypeError("no such thing")' })
    expect(await failure()).toMatchObject({
      code: 'CONFIG_FILE_BROKEN',
      message: expect.stringContaining('no such thing'),
    })
  })
})

describe('Node.js', () => {
  test('older than 24 is refused', () => {
    expect(() => checkNodeVersion('22.99.0')).toThrow(expect.objectContaining({ code: 'CONFIG_NODE_TOO_OLD' }))
    expect(() => checkNodeVersion('24.0.0')).not.toThrow()
    expect(() => checkNodeVersion()).not.toThrow()
  })
})
