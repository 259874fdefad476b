import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { alice, granted, tokenOf, userGround } from '../testing/user-ground.ts'
import type { PostJson } from './platform-answer.ts'
import type { UserIdentity } from './user-tokens.ts'

const hour = 3_600_000
const minute = 60_000
const { appId } = alice

describe.each(['sqlite', 'postgres'] as const)('grants of users on %s', (flavour) => {
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

  test('are asked for with the open_id, and nothing else', async () => {
    const users = openUsers()
    for (const openId of ['', 'on_unionId', 'alice', undefined as never]) {
      const user = { appId, openId }
      const attempts: (() => Promise<unknown>)[] = [
        () => users.get(user),
        () => users.put(user, platform.grant()),
        () => users.remove(user),
        () => users.refused(user, 'u-1'),
      ]
      for (const attempt of attempts)
        await expect(attempt()).rejects.toMatchObject({ code: 'CREDENTIAL_USER_ID_INVALID', category: 'input' })
    }
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

  test('are not for the inside of a transaction, which holds the connection and could undo it', async () => {
    const users = openUsers()
    const attempts: (() => Promise<unknown>)[] = [
      () => users.put(alice, platform.grant()),
      () => users.remove(alice),
      () => users.get(alice),
      () => users.refused(alice, 'u-1'),
    ]
    for (const attempt of attempts)
      await expect(ground.database.write(attempt)).rejects.toMatchObject({ code: 'STORAGE_CALL_INSIDE_WRITE' })
  })

  test.each([-hour, hour])('do not mind a local clock that is wrong by %i ms', async (byMs) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs })
    try {
      const [a, b] = [openUsers(), openUsers()]
      await a.put(alice, platform.grant())
      expect([await tokenOf(a), await tokenOf(b)]).toEqual([granted(1), granted(1)])
      expect(platform.asked).toHaveLength(0)
      await age(2 * hour)
      expect([await tokenOf(a), await tokenOf(b)]).toEqual([granted(2), granted(2)])
      expect(platform.asked).toHaveLength(1)
    } finally {
      vi.useRealTimers()
    }
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
