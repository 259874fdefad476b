import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coreError } from '../errors/catalogue.ts'
import { createSecrets } from './redact.ts'

const tenantToken = `t-abc${'x1'.repeat(18)}`
const userToken = `u-def${'y2'.repeat(18)}`
const webToken = `eyJ${'abc1'.repeat(8)}.${'def2'.repeat(8)}.${'ghi3'.repeat(8)}`
const mask = (value: unknown) => createSecrets().mask(value)

describe('by key', () => {
  test.each([
    'access_token',
    'accessToken',
    'tenant_access_token',
    'refresh_token',
    'app_secret',
    'appSecret',
    'client_secret',
    'X-App-Secret',
    'code_verifier',
    'codeVerifier',
    'password',
    'encrypt_key',
    'encryptKey',
    'verification_token',
    'authorization',
    'Proxy-Authorization',
    'cookie',
    'Set-Cookie',
    'ticket',
    'access_key',
  ])('%s keeps nothing', (name) => {
    expect(mask({ [name]: 'canary', deep: [{ [name]: 123 }] })).toEqual({ [name]: '***', deep: [{ [name]: '***' }] })
  })

  test('a token keeps its type prefix and three characters, an authorization its scheme', () => {
    expect(
      mask({ access_token: userToken, authorization: `Bearer ${tenantToken}`, cookie: 'session=canary; a=b' }),
    ).toEqual({
      access_token: 'u-def***',
      authorization: 'Bearer t-abc***',
      cookie: '***',
    })
  })

  test('what only sounds like a secret stays', () => {
    const plain = {
      event_key: 'message:om_1',
      token_count: 5,
      secretary: 'x',
      keys: ['a'],
      author: 'b',
      doc_token: 'doxcn',
    }
    expect(mask(plain)).toEqual(plain)
  })

  test.each([
    [99991663, 99991663],
    ['99991663', '99991663'],
    ['-1', '-1'],
    [0, 0],
    ['ECONNRESET', 'ECONNRESET'],
    ['API_RATE_LIMITED', 'API_RATE_LIMITED'],
    ['57P01', '57P01'],
    ['xMSldislSkdK', '***'],
    ['2Wd5g337vw5821564a4d8b', '***'],
  ])('code %s is shown as %s', (code, shown) => {
    expect(mask({ code })).toEqual({ code: shown })
  })
})

describe('by shape', () => {
  test.each([
    [`got ${tenantToken}.`, 'got t-abc***'],
    [`"${userToken}"`, '"u-def***"'],
    [`ur-${'k9'.repeat(15)}`, 'ur-k9k***'],
    [`a-${'k9'.repeat(15)},`, 'a-k9k***,'],
    [`jwt ${webToken} end`, 'jwt eyJ*** end'],
    [
      `wss://msg.example/ws?device_id=1&access_key=canary&ticket=canary2`,
      'wss://msg.example/ws?device_id=1&access_key=***&ticket=***',
    ],
    ['postgres://bot:can@ary:1@db/x', 'postgres://bot:***@db/x'],
    ['https://bot:canary@db', 'https://bot:***@db'],
    ['?code=2Wd5g337vw5821564a4d8b&state=7', '?code=***&state=7'],
    ['app_secret=canary&app_id=cli_1', 'app_secret=***&app_id=cli_1'],
    [`${'x'.repeat(60)}_secret=canary`, `${'x'.repeat(60)}_secret=***`],
    ['{"appSecret": "can ary", "n": 1}', '{"appSecret": "***", "n": 1}'],
    ['"{\\"app_secret\\":\\"canary\\",\\"n\\":1}"', '"{\\"app_secret\\":\\"***\\",\\"n\\":1}"'],
    ["{ password: 'canary' }", "{ password: '***' }"],
    ['Authorization: Bearer canary', 'Authorization: Bearer ***'],
    ['Cookie: a=canary; b=canary\r\nHost: x', 'Cookie: ***\r\nHost: x'],
  ])('%s', (text, shown) => {
    expect(mask(text)).toBe(shown)
  })

  test.each([
    'the t-shirt of a user',
    'code 230002: Bot is not in chat',
    'error code: 99991663',
    'code: waiting for an answer',
    'https://open.feishu.cn/a?b=c',
    'the token expired',
    'apps[0].appSecret: must be the App Secret',
    'refresh_token: null',
    'key=message:om_1',
    'a-b u-turn ur-ban',
  ])('“%s” stays as it is', (text) => {
    expect(mask(text)).toBe(text)
  })
})

describe('by value', () => {
  test('an app secret is masked wherever it stands, also encoded', () => {
    const secrets = createSecrets()
    secrets.learn('can"ary/$1', 'key')
    const texts = ['xcan"ary/$1x', JSON.stringify({ a: 'can"ary/$1' }), `?a=${encodeURIComponent('can"ary/$1')}`]
    expect(texts.map((text) => secrets.maskText(text))).toEqual(['x***x', '{"a":"***"}', '?a=***'])
    expect(secrets.mask({ 'can"ary/$1': 1 })).toEqual({ '***': 1 })
  })

  test('a token of an unknown shape keeps nothing unless it has a type prefix; the longer of two counts', () => {
    const secrets = createSecrets()
    secrets.learn('u-short1', 'token')
    secrets.learn('opaque-token', 'token')
    secrets.learn('opaque-token-two', 'token')
    expect(secrets.maskText('u-short1 opaque-token-two opaque-token')).toBe('u-sho*** *** ***')
  })

  test('values that are too short to tell are not learnt', () => {
    const secrets = createSecrets()
    secrets.learn('abc', 'key')
    expect(secrets.maskText('abc')).toBe('abc')
  })

  test('ended tokens are forgotten first, and memory is bounded', () => {
    let now = 0
    const secrets = createSecrets(() => now)
    for (let index = 0; index < 5000; index++) secrets.learn(`opaque${index}x`, 'token', index < 10 ? 5 : 1000)
    now = 10
    secrets.learn('opaque-last', 'token', 1000)
    expect(secrets.maskText('opaque3x opaque4000x opaque-last')).toBe('opaque3x *** ***')
    for (let index = 0; index < 10; index++) secrets.learn(`endless${index}x`, 'token')
    expect(secrets.maskText('opaque10x endless9x')).toBe('opaque10x ***')
  })
})

describe('any value', () => {
  test('errors show name, message, own fields, stack and cause, all masked; requests are left out', () => {
    const cause = Object.assign(new TypeError(`no ${userToken}`), {
      config: { data: 'canary' },
      response: { data: 'canary' },
      status: 400,
    })
    const shown = mask(
      coreError('API_REFUSED', { message: `refused ${tenantToken}`, platform: { code: 230002 }, cause }),
    ) as Record<string, unknown>
    expect(shown).toMatchObject({
      name: 'LarkspurError',
      message: 'refused t-abc***',
      code: 'API_REFUSED',
      platform: { code: 230002 },
      stack: expect.stringContaining('refused t-abc***'),
      cause: { name: 'TypeError', message: 'no u-def***', status: 400 },
    })
    expect(JSON.stringify(shown)).not.toMatch(/canary|x1x1|y2y2/)
  })

  test('maps, sets, headers, buffers, functions, dates and big numbers are shown as plain data', () => {
    expect(
      mask({
        map: new Map([['password', 'canary']]),
        set: new Set([1]),
        headers: new Headers({ authorization: 'canary', 'content-type': 'text/plain' }),
        buffer: Buffer.from('canary'),
        call: () => 'canary',
        date: new Date(0),
        big: 5n,
        nan: Number.NaN,
        symbol: Symbol('s'),
        none: undefined,
        url: new URL('https://a:canary@b/'),
      }),
    ).toEqual({
      map: { password: '***' },
      set: [1],
      headers: { authorization: '***', 'content-type': 'text/plain' },
      buffer: '[6 bytes]',
      call: '[function]',
      date: '1970-01-01T00:00:00.000Z',
      big: '5',
      nan: 'NaN',
      symbol: 'Symbol(s)',
      none: undefined,
      url: 'https://a:***@b/',
    })
  })

  test('circles, throwing getters and toJSON do not throw', () => {
    const circle: Record<string, unknown> = {
      get bad() {
        throw new TypeError('canary')
      },
      json: { toJSON: () => ({ password: 'canary' }) },
      badJson: {
        toJSON: () => {
          throw new TypeError()
        },
      },
    }
    circle.self = circle
    expect(mask(circle)).toEqual({
      bad: '[unreadable]',
      json: { password: '***' },
      badJson: '[unreadable]',
      self: '[circular]',
    })
    const twice = { a: 1 }
    expect(mask([twice, twice])).toEqual([twice, twice])
  })

  test('depth, width and length are bounded with a marker', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { in: deep(levels - 1) })
    expect(JSON.stringify(mask(deep(20)))).toContain('[left out: too deep]')
    expect((mask(Array(1000).fill(1)) as unknown[]).at(-1)).toBe('[left out: 900 more]')
    expect(mask(Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}`, 1])))).toMatchObject({
      '…': '[left out: 50 more]',
    })
    const wide = Array.from({ length: 90 }, () => Array(90).fill(1))
    expect(JSON.stringify(mask(wide))).toContain('[left out: too large]')
    const long = mask('y'.repeat(10_000_000)) as string
    expect([long.length < 8300, long.endsWith('… [cut: 10000000 characters]')]).toEqual([true, true])
  })

  test('a cut leaves no half of a secret', () => {
    const secrets = createSecrets()
    secrets.learn('canary-secret-canary', 'key')
    for (let before = 8100; before < 8500; before += 3) {
      const shown = secrets.mask(`${'y'.repeat(before)}canary-secret-canary${'y'.repeat(900)}`) as string
      expect(shown.includes('canary')).toBe(false)
    }
    const many = secrets.mask(`${'t-abcdefghijklmnopqrstu1 '.repeat(500)}`) as string
    expect(many).not.toContain('defg')
  })

  test('line ends that JSON leaves alone are escaped', () => {
    expect(mask('a\u2028b\u0085c')).toBe('a\\u2028b\\u0085c')
  })

  test('whatever is logged, a learnt secret never comes out, and the result is JSON', () => {
    const secrets = createSecrets()
    secrets.learn('canary-secret', 'key')
    const withCanary = fc.anything({
      withMap: true,
      withSet: true,
      withDate: true,
      withBigInt: true,
      withTypedArray: true,
      key: fc.constantFrom('a', 'xcanary-secretx', 'code'),
      values: [fc.string(), fc.constant('canary-secret'), fc.string().map((text) => `${text}canary-secret${text}`)],
    })
    fc.assert(
      fc.property(withCanary, (value) => !(JSON.stringify(secrets.mask(value)) ?? '').includes('canary-secret')),
      { numRuns: 300 },
    )
  })
})
