import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEventBus, type KernelFacts } from '../observe/event-bus.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { createSecrets } from '../observe/redact.ts'
import { GrantPlatform } from '../testing/grant-platform.ts'
import { appOn } from '../testing/open-client.ts'
import { tokenGround } from '../testing/token-ground.ts'
import type { PostJson } from './platform-answer.ts'
import { UserTokenStore } from './user-token-store.ts'
import type { UserIdentity } from './user-tokens.ts'

const hour = 3_600_000
const minute = 60_000
const appId = 'cli_00000000000000a1'
const alice: UserIdentity = { appId, openId: 'ou_alice' }
const granted = (nth: number) => `u-access${nth}CanaryNeverShown`

describe.each(['sqlite', 'postgres'] as const)('grants of users on %s', (flavour) => {
  let ground: Awaited<ReturnType<typeof tokenGround>>
  let platform: GrantPlatform
  let facts: KernelFacts['token:failed' | 'token:refreshed'][]
  beforeEach(async () => {
    ground = await tokenGround(flavour)
    platform = new GrantPlatform()
    facts = []
  })
  afterEach(() => ground[Symbol.asyncDispose]())

  /** The grants as one process sees them. */
  function openUsers({ leaseMs = 20_000, key = ground.encryptionKey, refreshAhead = 0.1, post = platform.post } = {}) {
    const bus = createEventBus<KernelFacts>(() => {})
    for (const name of ['token:failed', 'token:refreshed'] as const) bus.observe(name, (fact) => void facts.push(fact))
    const { kernel } = createMetrics({ appIds: [appId], pluginNames: [], enabled: true, onProblem: () => {} })
    return new UserTokenStore({
      store: ground.store({ leaseMs, key }),
      app: (id) => appOn('https://open.example', id),
      ...{ post, bus, metrics: declareKernelMetrics(kernel), secrets: createSecrets(), refreshAhead },
    })
  }
  const tokenOf = async (users: UserTokenStore, user = alice) => (await users.get(user)).value
  /** As if so much time had passed since all tokens came. */
  async function age(ms: number) {
    for (const { user_id, expires_at, refreshed_at } of await ground.rows())
      await ground.database.query
        .updateTable('larkspur_token' as never)
        .set({ expires_at: Number(expires_at) - ms, refreshed_at: Number(refreshed_at) - ms } as never)
        .where('user_id' as never, '=', user_id as never)
        .execute()
  }

  test('are given to every process, with what was granted, and stand nowhere in clear', async () => {
    const [a, b] = [openUsers(), openUsers()]
    await a.put(alice, platform.grant())
    for (const users of [a, b])
      expect(await users.get(alice)).toEqual({
        value: granted(1),
        expiresAtMs: expect.any(Number),
        scopes: ['offline_access', 'contact:user.base:readonly'],
      })
    const texts = [inspect(await ground.rows(), { maxStringLength: null, maxArrayLength: null })]
    if (flavour === 'sqlite')
      texts.push(...readdirSync(ground.folder).map((name) => readFileSync(join(ground.folder, name), 'latin1')))
    for (const text of texts) expect(text).not.toContain('Canary')
    expect(platform.asked).toHaveLength(0)
  })

  test('are missed with an error that says what to do', async () => {
    await expect(openUsers().get(alice)).rejects.toMatchObject({
      ...{ code: 'CREDENTIAL_USER_NOT_AUTHORISED', category: 'authentication' },
      ...{
        message: 'there is no grant of ou_alice in cli_00000000000000a1',
        hint: expect.stringContaining('authorise'),
      },
    })
    expect(await ground.rows()).toEqual([])
  })

  test('are kept apart by app, tenant and user', async () => {
    const users = openUsers()
    const people = [
      { appId, openId: 'ou_1', tenantKey: 't1' },
      { appId, openId: 'ou_1', tenantKey: 't2' },
      { appId, openId: 'ou_2', tenantKey: 't1' },
      { appId: 'cli_00000000000000a2', openId: 'ou_1', tenantKey: 't1' },
    ]
    for (const person of people) await users.put(person, platform.grant())
    for (const [index, person] of people.entries()) expect(await tokenOf(users, person)).toBe(granted(index + 1))
    await expect(users.get({ ...people[3], tenantKey: 't2' } as UserIdentity)).rejects.toMatchObject({
      code: 'CREDENTIAL_USER_NOT_AUTHORISED',
    })
  })

  test('are found outside of an event, where the tenant is not known, and replaced by one of the other kind', async () => {
    const users = openUsers()
    const inEvent = { ...alice, tenantKey: 't1' }
    await users.put(inEvent, platform.grant())
    expect(await tokenOf(users)).toBe(granted(1))
    await users.put(alice, platform.grant())
    for (const user of [alice, inEvent]) expect(await tokenOf(users, user)).toBe(granted(2))
    expect(await ground.rows()).toHaveLength(1)
    expect([await users.remove(inEvent), await users.remove(alice)]).toEqual([true, false])
  })

  test('are renewed ahead by one process, while callers go on with the old token', async () => {
    const [a, b] = [openUsers(), openUsers()]
    await a.put(alice, platform.grant())
    await age(100 * minute)
    expect([await tokenOf(a), await tokenOf(b)]).toEqual([granted(1), granted(1)])
    await age(6 * minute)
    let answer = () => {}
    platform.holding = new Promise<void>((resolve) => {
      answer = resolve
    })
    expect(await Promise.all([a, b, a, b].map((users) => tokenOf(users)))).toEqual(Array(4).fill(granted(1)))
    answer()
    for (const users of [a, b]) await expect.poll(() => tokenOf(users), { interval: 5 }).toBe(granted(2))
    expect(platform.asked).toEqual([
      {
        ...{ client_id: appId, client_secret: expect.any(String), grant_type: 'refresh_token' },
        refresh_token: 'ur-refresh1CanaryNeverShown',
      },
    ])
    expect(facts).toEqual([{ appId, kind: 'user', openId: 'ou_alice', expiresAtMs: expect.any(Number) }])
  })

  test('are renewed when a tenth of a long life is left, and of a short one never before the half', async () => {
    const users = openUsers()
    platform.lifeSeconds = 3600 * 10
    await users.put(alice, platform.grant({ lifeMs: 10 * hour }))
    await age(8.7 * hour)
    await users.get(alice)
    await age(0.31 * hour)
    await users.get(alice)
    await expect.poll(() => tokenOf(users), { interval: 5 }).toBe(granted(2))
    expect(platform.asked).toHaveLength(1)
    const bob = { ...alice, openId: 'ou_bob' }
    await users.put(bob, platform.grant({ lifeMs: 10 * minute }))
    await age(4 * minute)
    expect(await tokenOf(users, bob)).toBe(granted(3))
    expect(platform.asked).toHaveLength(1)
  })

  test('that are over cost one refresh, however many callers of however many processes wait', async () => {
    const processes = [openUsers(), openUsers(), openUsers(), openUsers()]
    await processes[0]?.put(alice, platform.grant())
    await age(2 * hour)
    const callers = processes.flatMap((users) => Array.from({ length: 50 }, () => tokenOf(users)))
    expect(new Set(await Promise.all(callers))).toEqual(new Set([granted(2)]))
    expect([platform.asked.length, platform.reused]).toEqual([1, 0])
  })

  test('lose exactly the refused token, and give another one', async () => {
    const [a, b] = [openUsers(), openUsers()]
    await a.put(alice, platform.grant())
    await a.refused(alice, 'u-anotherTokenThatNobodyGave')
    expect(await tokenOf(a)).toBe(granted(1))
    await Promise.all([a, b].map((users) => users.refused(alice, granted(1))))
    expect(await Promise.all([tokenOf(a), tokenOf(b)])).toEqual([granted(2), granted(2)])
    await b.refused(alice, granted(1))
    expect(await tokenOf(b)).toBe(granted(2))
    expect(platform.asked).toHaveLength(1)
  })

  test('are not renewed in a loop for a call that takes no such token', async () => {
    const users = openUsers()
    await users.put(alice, platform.grant())
    for (let time = 0; time < 20; time += 1) await users.refused(alice, await tokenOf(users))
    expect(platform.asked).toHaveLength(1)
  })

  test.each([20026, 20037, 20064, 20073])(
    'end with code %i, told once; the old token is used to its end',
    async (code) => {
      const [a, b] = [openUsers(), openUsers()]
      await a.put(alice, platform.grant())
      await age(107 * minute)
      platform.instead = { status: 400, json: { code, error: 'invalid_grant', error_description: 'over' } }
      expect(await tokenOf(a)).toBe(granted(1))
      await expect.poll(() => facts.length, { interval: 5 }).toBe(1)
      expect(facts).toMatchObject([{ kind: 'user', openId: 'ou_alice', error: { code: 'CREDENTIAL_GRANT_ENDED' } }])
      for (const users of [a, b]) expect(await tokenOf(users)).toBe(granted(1))
      await age(2 * hour)
      for (const users of [a, b, a])
        await expect(users.get(alice)).rejects.toMatchObject({
          ...{ code: 'CREDENTIAL_GRANT_ENDED', category: 'authentication', retryable: false },
          message: expect.stringContaining(String(code)),
        })
      expect([platform.asked.length, facts.length]).toEqual([1, 1])
      await b.put(alice, platform.grant())
      expect(await tokenOf(a)).toBe(granted(2))
    },
  )

  test.each([
    ['server error', { status: 500, json: { code: 20050, error: 'server_error' } }],
    ['busy', { status: 503, json: { code: 20072, error: 'temporarily_unavailable' } }],
    ['rate limit', { status: 429, json: { code: 99991400, msg: 'too many' } }],
    ['wrong secret', { status: 400, json: { code: 20002, error: 'invalid_client' } }],
    ['refreshing switched off', { status: 400, json: { code: 20074 } }],
    ['a code that nobody knows', { status: 400, json: { code: 20999, error: 'invalid_grant' } }],
    ['a page', { status: 502, json: undefined }],
    ['a list', { status: 200, json: [] }],
    ['success without a token', { status: 200, json: { code: 0 } }],
    ['success without a life', { status: 200, json: { code: 0, access_token: 'u-1', expires_in: 'soon' } }],
  ])('outlive an answer of another kind: %s', async (_name, instead) => {
    const users = openUsers()
    await users.put(alice, platform.grant())
    await age(2 * hour)
    platform.instead = instead
    await expect(users.get(alice)).rejects.toMatchObject({ code: expect.stringMatching(/REFUSED|TOKEN_FAILED/) })
    // Meanwhile nobody is kept waiting, and the platform is not asked.
    await expect(users.get(alice)).rejects.toMatchObject({
      ...{ code: 'CREDENTIAL_TOKEN_FAILED', retryable: true, retryAfterMs: expect.any(Number) },
    })
    expect(platform.asked).toHaveLength(1)
    const [row] = await ground.rows()
    expect(row).toMatchObject({ failures: 1, lease_until: 0 })
    expect(row?.refresh_expires_at).toBeGreaterThan(0)
    await ground.change({ retry_at: 0 })
    expect(await tokenOf(users)).toBe(granted(2))
    expect((await ground.rows())[0]).toMatchObject({ failures: 0, last_error: null })
  })

  test('without a refresh token last as long as their token', async () => {
    const users = openUsers()
    await users.put(alice, platform.grant({ refreshToken: undefined, refreshLifeMs: undefined }))
    await age(110 * minute)
    expect(await tokenOf(users)).toBe(granted(1))
    await age(hour)
    await expect(users.get(alice)).rejects.toMatchObject({
      ...{ code: 'CREDENTIAL_GRANT_ENDED', message: expect.stringContaining('without a refresh token') },
    })
    expect(platform.asked).toHaveLength(0)
  })

  test('that are put while the old one is renewed win, whatever the renewal brings', async () => {
    for (const instead of [undefined, { status: 400, json: { code: 20073 } }]) {
      const users = openUsers()
      await users.put(alice, platform.grant())
      await age(2 * hour)
      let answer = () => {}
      platform.holding = new Promise<void>((resolve) => (answer = resolve))
      platform.instead = instead
      const before = platform.asked.length
      const waiting = tokenOf(users)
      await expect.poll(() => platform.asked.length, { interval: 5 }).toBe(before + 1)
      const newer = platform.grant()
      await openUsers().put(alice, newer)
      answer()
      expect(await waiting).toBe(newer.accessToken)
      expect(await tokenOf(users)).toBe(newer.accessToken)
    }
    expect(facts.filter((fact) => 'error' in fact)).toEqual([])
  })

  test('that are removed while they are renewed stay removed', async () => {
    const users = openUsers()
    await users.put(alice, platform.grant())
    await age(2 * hour)
    let answer = () => {}
    platform.holding = new Promise<void>((resolve) => (answer = resolve))
    const waiting = users.get(alice).catch((error: unknown) => error)
    await expect.poll(() => platform.asked.length, { interval: 5 }).toBe(1)
    expect(await openUsers().remove(alice)).toBe(true)
    answer()
    expect(await waiting).toMatchObject({ code: 'CREDENTIAL_USER_NOT_AUTHORISED' })
    expect(await ground.rows()).toEqual([])
  })

  test('of a process that froze with the answer in hand are saved, though another one was told that they are over', async () => {
    const [slow, other] = [openUsers({ leaseMs: 40 }), openUsers()]
    await slow.put(alice, platform.grant())
    await age(2 * hour)
    let thaw = () => {}
    platform.holding = new Promise<void>((resolve) => (thaw = resolve))
    const frozen = tokenOf(slow)
    await expect.poll(() => platform.asked.length, { interval: 5 }).toBe(1)
    await expect(other.get(alice)).rejects.toMatchObject({ code: 'CREDENTIAL_GRANT_ENDED' })
    thaw()
    expect(await frozen).toBe(granted(2))
    expect(await tokenOf(other)).toBe(granted(2))
  })

  test('that cannot be read are left as they are, and others work on', async () => {
    const users = openUsers()
    const bob = { ...alice, openId: 'ou_bob' }
    await users.put(alice, platform.grant())
    await users.put(bob, platform.grant())
    const records = (await ground.rows()).map(({ user_id, value }) => [user_id, value] as const)
    const write = (userId: unknown, value: unknown) =>
      ground.database.query
        .updateTable('larkspur_token' as never)
        .set({ value } as never)
        .where('user_id' as never, '=', userId as never)
        .execute()
    const of = (openId: string) => Buffer.from(records.find(([userId]) => userId === openId)?.[1] as Uint8Array)
    const flipped = of('ou_alice')
    flipped[40] = (flipped[40] ?? 0) ^ 1
    for (const broken of [flipped, of('ou_bob'), of('ou_alice').subarray(0, 50)]) {
      await write('ou_alice', broken)
      await expect(users.get(alice)).rejects.toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
      expect(await tokenOf(users, bob)).toBe(granted(2))
    }
    await age(3 * hour)
    await expect(users.get(alice)).rejects.toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
    expect(platform.asked).toHaveLength(0)
    await write('ou_alice', of('ou_alice'))
    await ground.change({ retry_at: 0 })
    expect(await tokenOf(users)).toBe(granted(3))
  })

  test('of another key are left as they are', async () => {
    await openUsers().put(alice, platform.grant())
    const before = await ground.rows()
    const users = openUsers({ key: randomBytes(32).toString('hex') })
    await expect(users.get(alice)).rejects.toMatchObject({ code: expect.stringMatching(/KEY_/) })
    expect(await ground.rows()).toEqual(before)
  })

  test('are not put or removed inside a transaction, which could undo it', async () => {
    const users = openUsers()
    const attempts: (() => Promise<unknown>)[] = [() => users.put(alice, platform.grant()), () => users.remove(alice)]
    for (const attempt of attempts)
      await expect(ground.database.write(attempt)).rejects.toMatchObject({ code: 'STORAGE_CALL_INSIDE_WRITE' })
  })

  test('never mix, whatever is asked, refused and renewed at once', async () => {
    // What comes for a refresh token belongs to whose it was.
    const owner = new Map<unknown, string>()
    const post: PostJson = async (url, body) => {
      const answer = await platform.post(url, body)
      const { access_token, refresh_token } = answer.json as Record<string, unknown>
      for (const value of [access_token, refresh_token]) owner.set(value, owner.get(body.refresh_token) ?? 'nobody')
      return answer
    }
    const processes = [openUsers({ post }), openUsers({ post })]
    const people = [appId, 'cli_00000000000000a2'].flatMap((app) =>
      ['t1', 't2'].flatMap((tenantKey) => ['ou_1', 'ou_2'].map((openId) => ({ appId: app, tenantKey, openId }))),
    )
    for (const person of people) {
      const grant = platform.grant()
      for (const value of [grant.accessToken, grant.refreshToken]) owner.set(value, JSON.stringify(person))
      await processes[0]?.put(person, grant)
    }
    const random = seededRandom(7)
    const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item
    const step = async () => {
      const [users, person] = [pick(processes), pick(people)]
      const { value } = await users.get(person)
      expect(owner.get(value)).toBe(JSON.stringify(person))
      if (random() < 0.3) await users.refused(person, value)
    }
    for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 20 }, step))
    expect(platform.asked.length).toBeGreaterThan(people.length / 2)
    expect(platform.reused).toBe(0)
  })
})

function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
