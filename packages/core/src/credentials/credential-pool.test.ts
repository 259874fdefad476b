import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { App } from '../config/app.ts'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import { CredentialPool } from './credential-pool.ts'

const secret = 'canarySecretNeverShown0000'
const minute = 60_000

function appNamed(appId = 'cli_00000000000000a1'): App {
  return {
    ...{ appId, domain: 'https://open.example', receive: 'none', tenantKey: '', admins: [], enabled: true },
    secret: () => secret,
    encryptKey: () => undefined,
    verificationToken: () => undefined,
  }
}

/** A pool whose network and clock are played. */
function openPool(answer: (nth: number) => unknown, { status = 200 } = {}) {
  const asked: { url: string; body: unknown }[] = []
  const facts: string[] = []
  const clock = { now: 1000 }
  const secrets = createSecrets()
  const registry = createMetrics({ appIds: [appNamed().appId], pluginNames: [], enabled: true, onProblem: () => {} })
  const bus = createEventBus<KernelFacts>(() => {})
  bus.observe('token:refreshed', ({ kind }) => void facts.push(`refreshed ${kind}`))
  bus.observe('token:failed', ({ kind }) => void facts.push(`failed ${kind}`))
  const pool = new CredentialPool({
    post: async (url, body) => {
      asked.push({ url, body })
      const json = await answer(asked.length)
      if (json instanceof Error) throw json
      return { status, json, logId: 'log1' }
    },
    ...{ bus, secrets, refreshAhead: 0.1, app: appNamed, now: () => clock.now, random: () => 0.5 },
    metrics: declareKernelMetrics(registry.kernel),
  })
  return { pool, asked, facts, clock, secrets, registry }
}

const tokenNamed = (name: string, expire: unknown = 7200) => ({
  code: 0,
  msg: 'ok',
  tenant_access_token: `t-${name}`,
  expire,
})
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a tenant token', () => {
  it('is asked for once however many callers wait, and then comes without a promise', async () => {
    const { pool, asked, facts } = openPool(() => tokenNamed('a'))
    const tokens = await Promise.all(Array.from({ length: 200 }, () => pool.token(appNamed(), 'tenant')))
    expect(new Set(tokens)).toEqual(new Set(['t-a']))
    expect(asked).toEqual([
      {
        url: 'https://open.example/open-apis/auth/v3/tenant_access_token/internal',
        body: { app_id: 'cli_00000000000000a1', app_secret: secret },
      },
    ])
    expect(pool.token(appNamed(), 'tenant')).toBe('t-a')
    expect(facts).toEqual(['refreshed tenant'])
  })

  it('is another one for another app and another kind', async () => {
    const { pool, asked } = openPool((nth) => ({ ...tokenNamed(`${nth}`), app_access_token: `a-${nth}` }))
    await pool.token(appNamed(), 'tenant')
    await pool.token(appNamed('cli_00000000000000a2'), 'tenant')
    expect(await pool.token(appNamed(), 'app')).toBe('a-3')
    expect(asked).toHaveLength(3)
  })

  it('is refreshed ahead by one call, while callers go on with the old one', async () => {
    const { pool, asked, clock } = openPool((nth) => tokenNamed(`${nth}`))
    await pool.token(appNamed(), 'tenant')
    clock.now += 107 * minute
    expect(pool.token(appNamed(), 'tenant')).toBe('t-1')
    expect(asked).toHaveLength(1)
    clock.now += 2 * minute
    expect([1, 2, 3].map(() => pool.token(appNamed(), 'tenant'))).toEqual(['t-1', 't-1', 't-1'])
    await settle()
    expect(pool.token(appNamed(), 'tenant')).toBe('t-2')
    expect(asked).toHaveLength(2)
  })

  it('that the platform gives again is not asked for in a loop', async () => {
    const { pool, asked, clock } = openPool((nth) => tokenNamed('same', nth === 1 ? 7200 : 700))
    await pool.token(appNamed(), 'tenant')
    clock.now += 109 * minute
    for (let each = 0; each < 50; each++) {
      expect(pool.token(appNamed(), 'tenant')).toBe('t-same')
      await settle()
    }
    expect(asked).toHaveLength(2)
  })

  it('stays in use while refreshing fails, which is tried ever more rarely', async () => {
    const { pool, asked, clock, facts, registry } = openPool((nth) =>
      nth === 1 ? tokenNamed('1') : { code: 50, msg: 'x' },
    )
    await pool.token(appNamed(), 'tenant')
    clock.now += 109 * minute
    for (let second = 0; second < 60; second++) {
      expect(pool.token(appNamed(), 'tenant')).toBe('t-1')
      await settle()
      clock.now += 1000
    }
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.length).toBeLessThan(10)
    expect(facts.slice(0, 2)).toEqual(['refreshed tenant', 'failed tenant'])
    expect(await registry.text()).toContain('larkspur_token_refreshes_total{app="cli_00000000000000a1",outcome="ok"} 1')
  })

  it('is masked in texts from then on', async () => {
    const { pool, secrets } = openPool(() => ({ code: 0, tenant_access_token: 'shapelessTokenValue', expire: 7200 }))
    await pool.token(appNamed(), 'tenant')
    expect(secrets.maskText('got shapelessTokenValue')).not.toContain('shapeless')
  })
})

describe('a refused token', () => {
  it('is dropped alone: a newer one stays', async () => {
    const { pool, asked } = openPool((nth) => tokenNamed(`${nth}`))
    await pool.token(appNamed(), 'tenant')
    pool.refused(appNamed(), 'tenant', 't-1')
    expect(await pool.token(appNamed(), 'tenant')).toBe('t-2')
    pool.refused(appNamed(), 'tenant', 't-1')
    expect(pool.token(appNamed(), 'tenant')).toBe('t-2')
    expect(asked).toHaveLength(2)
  })

  it('that was on its way when it became void is asked for once more', async () => {
    const first = Promise.withResolvers<unknown>()
    const { pool, asked, clock } = openPool((nth) =>
      nth === 1 ? tokenNamed('1') : nth === 2 ? first.promise : tokenNamed('2'),
    )
    await pool.token(appNamed(), 'tenant')
    clock.now += 109 * minute
    pool.token(appNamed(), 'tenant')
    clock.now += 5
    pool.refused(appNamed(), 'tenant', 't-1')
    const next = pool.token(appNamed(), 'tenant')
    first.resolve(tokenNamed('1'))
    expect(await next).toBe('t-2')
    expect(asked).toHaveLength(3)
  })

  it('that the platform stands by is kept, so that calls which take no such token do not ask for it each time', async () => {
    const { pool, asked, clock } = openPool(() => tokenNamed('same'))
    await pool.token(appNamed(), 'tenant')
    for (let each = 0; each < 20; each++) {
      pool.refused(appNamed(), 'tenant', 't-same')
      expect(await pool.token(appNamed(), 'tenant')).toBe('t-same')
      clock.now += 100
    }
    expect(asked).toHaveLength(2)
  })
})

describe('an answer without a token', () => {
  it.each([10003, 10014, 10015, 99991543])(
    'with code %i blames the credentials, and is not asked for with each call',
    async (code) => {
      const { pool, asked, clock } = openPool(() => ({ code, msg: `bad ${secret}` }), { status: 400 })
      for (let each = 0; each < 5; each++) {
        const error = await Promise.resolve(pool.token(appNamed(), 'tenant')).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({
          code: 'CREDENTIAL_REFUSED',
          retryable: false,
          platform: { code, httpStatus: 400 },
        })
        expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret)
      }
      expect(asked).toHaveLength(1)
      clock.now += minute
      await Promise.resolve(pool.token(appNamed(), 'tenant')).catch(() => {})
      expect(asked).toHaveLength(2)
    },
  )

  it.each([
    ['no expire', { code: 0, tenant_access_token: 't-a' }],
    ['an expire that is no number', tokenNamed('a', '7200')],
    ['an expire of NaN', tokenNamed('a', Number.NaN)],
    ['an expire without end', tokenNamed('a', Number.POSITIVE_INFINITY)],
    ['an expire of 0', tokenNamed('a', 0)],
    ['no token', { code: 0, expire: 7200 }],
    ['another code', { code: 10012, msg: 'service failure' }],
    ['no JSON', undefined],
    ['a list', []],
    ['a failed connection', new Error('ECONNRESET')],
  ])('(%s) fails, may be repeated and is never cached', async (_, answer) => {
    const { pool, asked } = openPool((nth) => (nth === 1 ? answer : tokenNamed('later')))
    await expect(pool.token(appNamed(), 'tenant')).rejects.toMatchObject({
      code: 'CREDENTIAL_TOKEN_FAILED',
      retryable: true,
    })
    expect(await pool.token(appNamed(), 'tenant')).toBe('t-later')
    expect(asked).toHaveLength(2)
  })
})
