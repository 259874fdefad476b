import { describe, expect, test } from 'vitest'
import { coreError } from '../errors/catalogue.ts'
import { createSecrets } from '../observe/redact.ts'
import type { HealthStatus } from './health.ts'
import { createHealthChecks } from './health-checks.ts'
import { createHttpServer } from './server.ts'

function setUp(timeoutMs?: number) {
  const clock = { ms: Date.parse('2026-01-01T00:00:00.000Z') }
  const secrets = createSecrets()
  const health = createHealthChecks({ secrets, now: () => clock.ms, timeoutMs })
  const parts: Record<string, HealthStatus> = {}
  const part = (name: string, status: HealthStatus) => {
    if (!(name in parts))
      health.add(name, () => ({ status: parts[name] ?? 'up', message: `${name} is ${parts[name]}` }))
    parts[name] = status
  }
  return { clock, health, part, secrets }
}

describe('overall state', () => {
  test('only a running bot is ready', async () => {
    const { health } = setUp()
    expect((await health.status()).state).toBe('starting')
    health.setPhase('running')
    expect((await health.status()).state).toBe('ready')
    health.setPhase('stopping')
    expect((await health.status()).state).toBe('stopping')
  })

  test.each([
    ['database', 'down', 'down'],
    ['inbox', 'down', 'down'],
    ['inbox', 'degraded', 'degraded'],
    ['messaging:quota', 'down', 'degraded'],
    ['connection:cli_a', 'down', 'degraded'],
    ['connection:cli_a', 'up', 'ready'],
  ] as const)('%s %s makes the bot %s', async (name, status, state) => {
    const { health, part } = setUp()
    health.setPhase('running')
    part(name, status)
    expect((await health.status()).state).toBe(state)
  })

  test('a link that is down for 30 s makes the bot down', async () => {
    const { health, part, clock } = setUp()
    health.setPhase('running')
    part('connection:cli_a', 'down')
    expect((await health.status()).state).toBe('degraded')
    clock.ms += 29_999
    expect((await health.status()).state).toBe('degraded')
    clock.ms += 1
    expect((await health.status()).state).toBe('down')
  })
})

describe('parts', () => {
  test('since is when the status began, not when it was asked', async () => {
    const { health, part, clock } = setUp()
    health.setPhase('running')
    part('database', 'up')
    await health.status()
    clock.ms += 5000
    const second = await health.status()
    expect([second.since, second.parts.database?.since]).toEqual(Array(2).fill('2026-01-01T00:00:00.000Z'))
    part('database', 'degraded')
    const third = await health.status()
    expect([third.since, third.parts.database?.since]).toEqual(Array(2).fill('2026-01-01T00:00:05.000Z'))
  })

  test('a check that does not answer is down, and the others still answer', async () => {
    const { health, part } = setUp(10)
    part('inbox', 'up')
    health.add('slow:check', () => new Promise(() => undefined))
    const { parts } = await health.status()
    expect(parts['slow:check']).toMatchObject({ status: 'down', message: 'no answer within 10 ms' })
    expect(parts.inbox?.status).toBe('up')
  })

  test('a check that throws is down; foreign words and secrets are not shown', async () => {
    const { health, secrets } = setUp()
    secrets.learn('canary-password', 'key')
    health.add('a:foreign', () => Promise.reject(new TypeError('Alice wrote canary')))
    health.add('b:own', () => {
      throw coreError('STORAGE_UNAVAILABLE', { message: 'no answer from canary-password' })
    })
    health.add('c:odd', () => undefined as never)
    const { parts } = await health.status()
    expect(Object.values(parts).map(({ message }) => message)).toEqual([
      'the check failed (TypeError)',
      'STORAGE_UNAVAILABLE: no answer from ***',
      'the check gave no status',
    ])
  })

  test('askers at the same time share one answer, and a removed check is gone', async () => {
    const { health } = setUp()
    let asked = 0
    const remove = health.add('a:b', () => {
      asked += 1
      return { status: 'up', message: '' }
    })
    await Promise.all([health.status(), health.status()])
    expect(asked).toBe(1)
    remove()
    expect((await health.status()).parts).toEqual({})
  })
})

test('/readyz answers 200 while ready or degraded, else 503, with the status as JSON', async () => {
  const { health, part } = setUp()
  const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }
  const http = { host: '', port: 0, monitor: true, monitorHost: '', monitorPort: 0 }
  const server = createHttpServer({ http, health, log: quiet })
  const ask = async () => {
    const answer = await server.fetch(new Request('http://bot/readyz'))
    return [answer.status, ((await answer.json()) as { state: string }).state]
  }
  expect(await ask()).toEqual([503, 'starting'])
  health.setPhase('running')
  expect(await ask()).toEqual([200, 'ready'])
  part('a:b', 'down')
  expect(await ask()).toEqual([200, 'degraded'])
  part('database', 'down')
  const answer = await server.fetch(new Request('http://bot/readyz'))
  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({
    state: 'down',
    since: '2026-01-01T00:00:00.000Z',
    parts: {
      'a:b': { status: 'down', since: '2026-01-01T00:00:00.000Z', message: 'a:b is down' },
      database: { status: 'down', since: '2026-01-01T00:00:00.000Z', message: 'database is down' },
    },
  })
})
