import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../storage/open-database.ts'
import { GrantPlatform } from '../testing/grant-platform.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { openTcpDoor } from '../testing/tcp-door.ts'
import { tokenGround } from '../testing/token-ground.ts'
import { tokenPool } from '../testing/token-pool.ts'
import { tokenOwner } from '../testing/token-processes.ts'
import { alice, granted, tokenOf, userGround } from '../testing/user-ground.ts'
import type { PostJson } from './platform-answer.ts'
import type { UserTokenStore } from './user-token-store.ts'

const hour = 3_600_000
const minute = 60_000

describe.each(['sqlite', 'postgres'] as const)('grants of users, when things fail, on %s', (flavour) => {
  let opened: Awaited<ReturnType<typeof userGround>>
  let ground: (typeof opened)['ground']
  let platform: (typeof opened)['platform']
  let facts: (typeof opened)['facts']
  beforeEach(async () => {
    opened = await userGround(flavour)
    ;({ ground, platform, facts } = opened)
  })
  afterEach(() => opened[Symbol.asyncDispose]())
  const openUsers: (typeof opened)['openUsers'] = (settings) => opened.openUsers(settings)
  const age = (ms: number) => opened.age(ms)

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

  test('outlive every documented code that does not end them', async () => {
    const users = openUsers()
    await users.put(alice, platform.grant())
    await age(2 * hour)
    const codes = [20001, 20008, 20009, 20010, 20024, 20036, 20048, 20063, 20066, 20067, 20068, 20069, 20070, 99991400]
    for (const code of codes) {
      platform.instead = { status: 400, json: { code, error: 'invalid_request' } }
      await expect(users.get(alice)).rejects.toMatchObject({ platform: { code } })
      await ground.change({ retry_at: 0 })
    }
    expect((await ground.rows())[0]).toMatchObject({ failures: codes.length })
    expect(await tokenOf(users)).toBe(granted(2))
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
    const write = (value: Uint8Array) => ground.change({ value }, { user_id: 'ou_alice' })
    const of = (openId: string) => Buffer.from(records.find(([userId]) => userId === openId)?.[1] as Uint8Array)
    const flipped = of('ou_alice')
    flipped[40] = (flipped[40] ?? 0) ^ 1
    for (const broken of [flipped, of('ou_bob'), of('ou_alice').subarray(0, 50)]) {
      await write(broken)
      await expect(users.get(alice)).rejects.toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
      expect(await tokenOf(users, bob)).toBe(granted(2))
    }
    const misnamed = of('ou_alice')
    misnamed.fill('0123456789abcdef', 2, 18, 'latin1')
    await write(misnamed)
    await expect(users.get(alice)).rejects.toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
    await age(3 * hour)
    await expect(users.get(alice)).rejects.toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
    expect(ground.alarms).toEqual([expect.objectContaining({ name: 'token-broken', appId: alice.appId })])
    expect(ground.alarms[0]?.action).toContain('authorise the app again')
    expect(platform.asked).toHaveLength(0)
    await write(of('ou_alice'))
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

  test('that the platform voids again and again cost one refresh each, and no call', async () => {
    const processes = [openUsers(), openUsers()]
    await processes[0]?.put(alice, platform.grant())
    for (let round = 1; round <= 5; round += 1) {
      // What was renewed a moment ago is not given up; as if that moment were over.
      await ground.change({ retry_at: 0 })
      const isVoid = platform.newest
      const call = async (users: UserTokenStore) => {
        const token = await tokenOf(users)
        if (token !== isVoid) return token
        await users.refused(alice, token)
        return tokenOf(users)
      }
      const tokens = await Promise.all(
        Array.from({ length: 40 }, (_, nth) => call(processes[nth % 2] as UserTokenStore)),
      )
      expect(new Set(tokens)).toEqual(new Set([platform.newest]))
      expect([platform.asked.length, platform.reused]).toEqual([round, 0])
    }
  })

  test('are renewed without a connection being held: 40 wait for the platform, and a pool of 10 is free', async () => {
    const users = openUsers()
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    const post: PostJson = async (url, body) => {
      const given = await platform.post(url, body)
      await promise
      return given
    }
    const slow = openUsers({ post })
    const people = Array.from({ length: 40 }, (_, nth) => ({ ...alice, openId: `ou_${nth}` }))
    for (const person of people) await users.put(person, platform.grant())
    await ground.change({ expires_at: 0 })
    const waiting = people.map((person) => tokenOf(slow, person))
    await expect.poll(() => platform.asked.length, { interval: 5 }).toBe(40)
    await Promise.all(Array.from({ length: 20 }, () => ground.rows()))
    await ground.database.write(async () => {})
    answer()
    expect(new Set(await Promise.all(waiting)).size).toBe(40)
  })
})

test('a grant that came while the database was away is stored when it is back', async () => {
  await using ground = await tokenGround('postgres')
  const url = new URL(ground.url)
  await using door = await openTcpDoor(Number(url.port))
  url.port = String(door.port)
  await using away = await openDatabase(storageSettings(url.href), { migrations: [], log: silentLog })
  const platform = new GrantPlatform()
  const settings = { encryptionKey: ground.encryptionKey, platform: 'https://open.example', leaseMs: 100 }
  const { pool } = tokenPool({ ...settings, database: away }, platform.post)
  await (await pool.userTokens()).put(tokenOwner, platform.grant())
  await ground.change({ expires_at: 0 })
  const { promise, resolve: answer } = Promise.withResolvers<void>()
  platform.holding = promise
  const waiting = pool.userToken(tokenOwner)
  await expect.poll(() => platform.asked.length, { interval: 5 }).toBe(1)
  await door.shut()
  answer()
  // Longer than the lease: nobody else can have what this process holds.
  await new Promise((resolve) => setTimeout(resolve, 300))
  await door.open()
  expect(await waiting).toBe(granted(2))
  const other = tokenPool({ ...settings, database: ground.database }, platform.post)
  expect(await other.pool.userToken(tokenOwner)).toBe(granted(2))
  expect([platform.asked.length, platform.reused]).toEqual([1, 0])
})
