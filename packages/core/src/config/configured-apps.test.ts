import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { BotConfig } from './define-config.ts'
import type { Variables } from './layers.ts'
import { resolveConfig } from './origins.ts'
import { platformOrigin } from './platform-origin.ts'

const appId = 'cli_0123456789abcdef'
const otherId = 'cli_fedcba9876543210'
const appSecret = 'canary-test-secret'

function problemsOf(config: unknown, env: Variables = {}): string[] {
  try {
    resolveConfig(config as BotConfig, { env })
  } catch (error) {
    const { message } = error as LarkspurError
    expect(inspect(error)).not.toContain(appSecret)
    return message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
  return []
}

describe('an app', () => {
  test('given in code is completed with defaults, and printing it shows no secret', () => {
    const { apps, secrets } = resolveConfig({ apps: [{ appId, appSecret, encryptKey: 'canary-key' }] }, { env: {} })
    expect(apps[0]).toMatchObject({
      appId,
      domain: 'https://open.feishu.cn',
      receive: 'websocket',
      tenantKey: '',
      admins: [],
      enabled: true,
    })
    expect([apps[0]?.secret(), apps[0]?.encryptKey(), apps[0]?.verificationToken()]).toEqual([
      appSecret,
      'canary-key',
      undefined,
    ])
    expect(inspect(apps, { depth: 9 }) + JSON.stringify(apps)).not.toContain('canary')
    expect(secrets()).toEqual([appSecret, 'canary-key'])
  })

  test('comes from variables', () => {
    const env = {
      LARKSPUR_APP_ID: appId,
      LARKSPUR_APP_SECRET: appSecret,
      LARKSPUR_APP_DOMAIN: 'lark',
      LARKSPUR_APP_RECEIVE: 'webhook',
      LARKSPUR_APP_VERIFICATION_TOKEN: 'v-token',
      LARKSPUR_APP_NAME: 'Bot',
      LARKSPUR_APP_ADMINS: 'ou_a, ou_b',
    }
    const { apps, origins } = resolveConfig({}, { env })
    expect(apps[0]).toMatchObject({
      domain: 'https://open.larksuite.com',
      receive: 'webhook',
      name: 'Bot',
      admins: ['ou_a', 'ou_b'],
    })
    expect(
      origins.filter(({ path }) => path.startsWith('apps')).map(({ path, value, variable }) => [path, value, variable]),
    ).toEqual([
      ['apps[0].appId', appId, 'LARKSPUR_APP_ID'],
      ['apps[0].appSecret', '***', 'LARKSPUR_APP_SECRET'],
      ['apps[0].domain', 'lark', 'LARKSPUR_APP_DOMAIN'],
      ['apps[0].name', 'Bot', 'LARKSPUR_APP_NAME'],
      ['apps[0].receive', 'webhook', 'LARKSPUR_APP_RECEIVE'],
      ['apps[0].verificationToken', '***', 'LARKSPUR_APP_VERIFICATION_TOKEN'],
      ['apps[0].admins', '["ou_a","ou_b"]', 'LARKSPUR_APP_ADMINS'],
    ])
  })

  test.each([
    [
      [{ appId: 'cli_0123456789ABCDEF', appSecret }],
      [
        'apps[0].appId: must be cli_ and 16 hex digits (developer console, page Credentials & Basic Info), received "cli_0123456789ABCDEF"',
      ],
    ],
    [
      [{ appId, appSecret: ' ' }],
      ['apps[0].appSecret: must be the App Secret (developer console, page Credentials & Basic Info), received ***'],
    ],
    [
      [{ appId: undefined, appSecret: undefined }],
      [
        'apps[0].appId: must be cli_ and 16 hex digits (developer console, page Credentials & Basic Info), received nothing',
        'apps[0].appSecret: must be the App Secret (developer console, page Credentials & Basic Info), received nothing',
      ],
    ],
    [
      [
        { appId, appSecret },
        { appId, appSecret },
      ],
      [`apps[1].appId: ${appId} is also at apps[0].appId`],
    ],
    [
      [{ appId, appSecret, receive: 'socket' }],
      ["apps[0].receive: must be 'websocket', 'webhook' or 'none', received \"socket\""],
    ],
    [
      [{ appId, appSecret, receive: 'webhook' }],
      ['apps[0].receive: webhook needs encryptKey or verificationToken, to know the platform by'],
    ],
    [
      [{ appId, appSecret, admins: ['alice'] }],
      ['apps[0].admins: must be a list of open ids (ou_…), received a list of 1'],
    ],
    [[{ appId, appSecret, enabled: 'no' }], ['apps[0].enabled: must be true or false, received "no"']],
    [
      [{ appId, appSecret, encryptKey: '' }],
      ['apps[0].encryptKey: must be a text that is not empty, received an empty text'],
    ],
    [
      [{ appId, appSecret, secret: 'canary-test-secret' }],
      [expect.stringMatching(/^apps\[0\]\.secret: unknown option; an app has appId, /)],
    ],
    [['cli'], ['apps[0]: must be { appId, appSecret, … }, received "cli"']],
    [{}, ['apps: must be a list: [{ appId, appSecret }]']],
  ])('%j is refused', (apps, problems) => {
    expect(problemsOf({ apps })).toEqual(problems)
  })

  test('whose secret stands in the place of the id is refused without showing it', () => {
    const swapped = { appId: 'canary-test-secret-of-32-letters', appSecret: appId }
    expect(problemsOf({ apps: [swapped] })).toEqual([
      'apps[0].appId: must be cli_ and 16 hex digits (developer console, page Credentials & Basic Info), received ***',
    ])
  })
})

describe('several apps', () => {
  const list = JSON.stringify([
    { appId, appSecret },
    { appId: otherId, appSecret, receive: 'none' },
  ])

  test('come from LARKSPUR_APPS', () => {
    const { apps } = resolveConfig({}, { env: { LARKSPUR_APPS: list } })
    expect(apps.map((app) => [app.appId, app.receive])).toEqual([
      [appId, 'websocket'],
      [otherId, 'none'],
    ])
  })

  test('as wrong JSON are refused without quoting it', () => {
    const wanted = 'LARKSPUR_APPS: must be a JSON list: [{"appId":"cli_…","appSecret":"…"}]'
    expect(problemsOf({}, { LARKSPUR_APPS: `[{"appSecret":"${appSecret}"` })).toEqual([wanted])
    expect(problemsOf({}, { LARKSPUR_APPS: '{}' })).toEqual([wanted])
    expect(problemsOf({}, { LARKSPUR_APPS: `[{"appId":"${appId}"}]` })[0]).toMatch(/^LARKSPUR_APPS\[0\]\.appSecret: /)
  })

  test('and one app in the same place contradict each other; the environment wins over .env', () => {
    const one = { LARKSPUR_APP_ID: otherId, LARKSPUR_APP_SECRET: appSecret }
    expect(problemsOf({}, { ...one, LARKSPUR_APPS: list })).toEqual([
      'LARKSPUR_APPS: is set beside LARKSPUR_APP_ID; keep one of them',
    ])
    const ids = (env: Variables, dotenv: string) => resolveConfig({}, { env, dotenv }).apps.map((app) => app.appId)
    expect(ids(one, `LARKSPUR_APPS='${list}'`)).toEqual([otherId])
    expect(ids({ LARKSPUR_APPS: list }, `LARKSPUR_APP_ID=${otherId}\nLARKSPUR_APP_SECRET=${appSecret}`)).toEqual([
      appId,
      otherId,
    ])
  })

  test('in code come before variables, with a warning about an app that is not used', () => {
    const { apps, warnings } = resolveConfig({ apps: [{ appId, appSecret }] }, { env: { LARKSPUR_APPS: list } })
    expect(apps).toHaveLength(1)
    expect(warnings).toEqual([`the app ${otherId} of the environment is not used, because apps are given in code`])
  })
})

describe('domain', () => {
  test.each([
    [undefined, 'https://open.feishu.cn'],
    ['feishu', 'https://open.feishu.cn'],
    ['lark', 'https://open.larksuite.com'],
    ['https://open.example.com', 'https://open.example.com'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:4000', 'http://localhost:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
  ])('%s is %s', (domain, origin) => {
    expect(platformOrigin(domain, 'production')).toEqual({ origin })
  })

  test.each([
    ['https://open.feishu.cn/', 'write https://open.feishu.cn'],
    ['https://open.feishu.cn/open-apis', 'write https://open.feishu.cn'],
    ['HTTPS://Open.Feishu.cn', 'write https://open.feishu.cn'],
    ['open.feishu.cn', 'write https://open.feishu.cn'],
    ['http://open.feishu.cn', 'write https://open.feishu.cn'],
    ['http://127.0.0.1.example.com', 'write https://127.0.0.1.example.com'],
    ['ftp://open.feishu.cn', 'received the protocol ftp:'],
    [`https://user:${'canary'}@open.feishu.cn`, 'write https://open.feishu.cn'],
    ['slack', 'received "slack"'],
    [5, 'received 5'],
  ])('%s is refused with what to write', (domain, words) => {
    const wrong = JSON.stringify(platformOrigin(domain, 'production')).replaceAll('\\"', '"')
    expect(wrong).toContain(words)
    expect(wrong).not.toContain('canary')
  })

  test('http to another machine is accepted in the environment test', () => {
    expect(platformOrigin('http://sandbox:4000', 'test')).toEqual({ origin: 'http://sandbox:4000' })
  })
})
