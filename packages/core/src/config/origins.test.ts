import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { BotConfig } from './define-config.ts'
import type { Variables } from './layers.ts'
import { resolveConfig } from './origins.ts'

const appId = 'cli_0123456789abcdef'
const appSecret = 'canary-test-secret'
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function secretFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-'))
  folders.push(folder)
  writeFileSync(join(folder, 'secret'), text)
  return join(folder, 'secret')
}

function problemsOf(config: unknown, env: Variables = {}): string[] {
  try {
    resolveConfig(config as BotConfig, { env })
  } catch (error) {
    const { code, message } = error as LarkspurError
    expect(message).not.toContain(appSecret)
    return [
      code,
      ...message
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    ]
  }
  return []
}

const originOf = (config: BotConfig, env: Variables, dotenv: string, path: string) => {
  const found = resolveConfig(config, { env, dotenv }).origins.find((each) => each.path === path)
  return [found?.value, found?.origin, found?.variable]
}

describe('layers', () => {
  const env = { LARKSPUR_HTTP_PORT: '2' }
  const dotenv = 'LARKSPUR_HTTP_PORT=3\nLARKSPUR_LOG_LEVEL="debug"'

  test.each([
    ['code', { http: { port: 1 } }, env, dotenv, ['1', 'code', undefined]],
    ['the environment', { http: { port: undefined } }, env, dotenv, ['2', 'environment', 'LARKSPUR_HTTP_PORT']],
    ['.env', {}, {}, dotenv, ['3', '.env', 'LARKSPUR_HTTP_PORT']],
    ['.env where a variable is empty', {}, { LARKSPUR_HTTP_PORT: '' }, dotenv, ['3', '.env', 'LARKSPUR_HTTP_PORT']],
    ['the default', {}, {}, '', ['8000', 'default', undefined]],
  ] as const)('a value comes from %s', (_, config, variables, file, wanted) => {
    expect(originOf(config, variables, file, 'http.port')).toEqual(wanted)
  })

  test('without anything every option has its default', () => {
    const { options, apps, warnings } = resolveConfig({}, { env: {}, terminal: false })
    expect(options).toMatchObject({
      environment: 'development',
      work: true,
      database: { url: 'sqlite:.larkspur', maxConnections: 10, statementTimeoutMs: 10_000 },
      log: { level: 'info', format: 'json' },
      http: { host: '0.0.0.0', port: 8000, monitorHost: '127.0.0.1', monitorPort: 9090 },
      inbox: { leaseMs: 10_000, extendMs: 3000, dedupeMs: 86_400_000 },
      credentials: { refreshAhead: 0.1 },
      clock: { offsetMs: 0 },
    })
    expect([apps, warnings]).toEqual([[], []])
  })

  test('texts become the type that the option has', () => {
    const { options } = resolveConfig(
      {},
      {
        env: {
          LARKSPUR_WORK: '0',
          LARKSPUR_METRICS_ENABLED: 'FALSE',
          LARKSPUR_CREDENTIALS_REFRESH_AHEAD: '0.2',
          LARKSPUR_ENVIRONMENT: '7',
        },
      },
    )
    expect([options.work, options.metrics.enabled, options.credentials.refreshAhead, options.environment]).toEqual([
      false,
      false,
      0.2,
      '7',
    ])
  })

  test('the log is pretty on a terminal, but not in a file', () => {
    const format = (file?: string) => resolveConfig({ log: { file } }, { env: {}, terminal: true }).options.log.format
    expect([format(), format('bot.log')]).toEqual(['pretty', 'json'])
  })

  test('the proxy comes from the usual variables, its own before them', () => {
    const usual = { https_proxy: 'http://a:canary@proxy:3128', NO_PROXY: 'localhost' }
    expect(originOf({}, usual, '', 'proxy.url')).toEqual(['http://a:***@proxy:3128/', 'environment', 'https_proxy'])
    expect(originOf({}, usual, '', 'proxy.noProxy')).toEqual(['localhost', 'environment', 'NO_PROXY'])
    const both = { ...usual, LARKSPUR_PROXY_URL: 'http://other:1' }
    expect(originOf({}, both, '', 'proxy.url')).toEqual(['http://other:1/', 'environment', 'LARKSPUR_PROXY_URL'])
  })

  test('a text for database is its url, and its password is shown nowhere', () => {
    const password = 'pass%2Fword'
    const resolved = resolveConfig(
      { database: `postgres://bot:${password}@db:5432/bot?sslpassword=another` },
      { env: {} },
    )
    expect(resolved.options.database.url).toContain(password)
    expect(resolved.secrets()).toEqual([password, 'pass/word', 'another'])
    expect(resolved.origins.find(({ path }) => path === 'database.url')?.value).toBe(
      'postgres://bot:***@db:5432/bot?***',
    )
  })
})

describe('secrets in files', () => {
  test('a secret is read from the file that _FILE names, without the line end', () => {
    const env = { LARKSPUR_APP_ID: appId, LARKSPUR_APP_SECRET_FILE: secretFile(`${appSecret}\n`) }
    const { apps, origins } = resolveConfig({}, { env })
    expect(apps[0]?.secret()).toBe(appSecret)
    expect(origins.find(({ path }) => path === 'apps[0].appSecret')).toMatchObject({
      value: '***',
      variable: 'LARKSPUR_APP_SECRET_FILE',
    })
  })

  test('a file that cannot be read, and a value beside it, are problems', () => {
    const env = { LARKSPUR_APP_ID: appId, LARKSPUR_APP_SECRET_FILE: '/nowhere/secret' }
    expect(problemsOf({ apps: [{ appId, appSecret }] }, env)).toEqual([])
    expect(problemsOf({ http: { port: 'x' } }, env)).toEqual([
      'CONFIG_INVALID',
      'http.port: must be a number, received "x"',
      'LARKSPUR_APP_SECRET_FILE: names /nowhere/secret, which cannot be read (ENOENT)',
      'LARKSPUR_APP_SECRET: must be the App Secret (developer console, page Credentials & Basic Info), received nothing',
    ])
    expect(problemsOf({}, { LARKSPUR_DATABASE_URL_FILE: '/nowhere/url' })[0]).toBe('CONFIG_SECRET_FILE_UNREADABLE')
    const both = { LARKSPUR_DATABASE_URL_FILE: secretFile('sqlite:a'), LARKSPUR_DATABASE_URL: 'sqlite:b' }
    expect(problemsOf({}, both)[1]).toBe(
      'LARKSPUR_DATABASE_URL: LARKSPUR_DATABASE_URL_FILE is set as well (environment); keep one of them',
    )
    expect(problemsOf({}, { LARKSPUR_DATABASE_URL_FILE: secretFile('\n') })[1]).toMatch(/which is empty$/)
  })
})

describe('problems', () => {
  test('all are listed at once, with path, what was received and where it came from', () => {
    const config = {
      port: 3,
      http: { prot: 1, host: 5 },
      log: { level: 'loud' },
      work: 'yes',
      apps: [{ appId: 'x', appSecret }],
    }
    expect(problemsOf(config, { LARKSPUR_API_TIMEOUT_MS: 'soon', LARKSPUR_HTTP_PORT: '70000' })).toEqual([
      'CONFIG_INVALID',
      'work: must be true or false, received "yes"',
      "log.level: must be 'trace' or 'debug' or 'info' or 'warn' or 'error' or 'silent', received \"loud\"",
      'http.host: must be a text, received 5',
      'http.port: must be at most 65535, received 70000 (from LARKSPUR_HTTP_PORT)',
      'http.prot: unknown option; did you mean port?',
      'api.timeoutMs: must be a number, received "soon" (from LARKSPUR_API_TIMEOUT_MS)',
      'port: unknown option; did you mean http.port (LARKSPUR_HTTP_PORT)?',
      'apps[0].appId: must be cli_ and 16 hex digits (developer console, page Credentials & Basic Info), received "x"',
    ])
  })

  test.each([
    [{ inbox: { leaseMs: 8999 } }, 'inbox.leaseMs: must be at least three times inbox.extendMs (3000), received 8999'],
    [{ inbox: { dedupeMs: 1 } }, 'inbox.dedupeMs: must be at least 28800000, received 1'],
    [{ api: { firstRetryMs: 20_000 } }, 'api.firstRetryMs: must not exceed api.maxRetryMs (10000), received 20000'],
    [
      { database: { inboxAcquireTimeoutMs: 2000 } },
      'database.inboxAcquireTimeoutMs: must not exceed inbox.storeTimeoutMs (1500), received 2000',
    ],
    [
      { http: { publicUrl: 'bot.example' } },
      'http.publicUrl: must be a URL that begins with http:// or https://, received "bot.example"',
    ],
    [{ http: 8000 }, 'http: must be an object, received 8000'],
    [{ api: { timeoutMs: 1.5 } }, 'api.timeoutMs: must be a whole number, received 1.5'],
    [{ environment: '' }, 'environment: must not be empty, received ""'],
    [{ database: { url: 5 } }, 'database.url: must be a text, received 5'],
    [{ nonsense: 1 }, expect.stringMatching(/^nonsense: unknown option; there are environment, .*apps, plugins$/)],
  ])('%j is refused', (config, problem) => {
    expect(problemsOf(config)).toEqual(['CONFIG_INVALID', problem])
  })

  test('an early refresh is clamped with a warning, a mistyped variable is warned about', () => {
    const { options, warnings } = resolveConfig(
      { credentials: { refreshAhead: 0.5 }, plugins: [{ name: 'to-do' }] },
      {
        env: { LARKSPUR_HTTP_PROT: '1', LARKSPUR_TO_DO_LIMIT: '1', LARKSPUR_NODE: '/n', LARKSPUR_APP_SECRET_FILE: '' },
      },
    )
    expect(options.credentials.refreshAhead).toBe(0.25)
    expect(warnings).toEqual([
      'credentials.refreshAhead 0.5 counts as 0.25, the most that is useful',
      'LARKSPUR_HTTP_PROT is not a variable that Larkspur knows; did you mean LARKSPUR_HTTP_PORT?',
    ])
  })
})
