import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../scripts/postgres/test-database.ts'
import { type Alarm, type Bot, createBot } from '../index.ts'
import { kernelMigrations } from '../storage/kernel-migrations.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { openDatabase } from '../storage/open-database.ts'
import { echo, info } from '../testing/echo-app.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

describe.each(['sqlite', 'postgres'] as const)('the apps of a running bot on %s', (flavour) => {
  let ground: TestGround
  let postgres: TestDatabase
  let url: string

  beforeEach(async () => {
    ground = await testGround(3)
    postgres = await createTestDatabase(inject('postgresUrl'))
    url = flavour === 'sqlite' ? `sqlite:${ground.folder}` : postgres.url
  })
  afterEach(async () => {
    await postgres[Symbol.asyncDispose]()
    await ground[Symbol.asyncDispose]()
  })

  const makeBot = (apps: TestGround['apps'] = ground.apps.slice(0, 1)) => {
    const database = { url, migrate: 'auto' } as const
    const credentials = { ...ground.options.credentials, appPollMs: 10 }
    return createBot({ ...ground.options, database, credentials, apps, plugins: [echo()] }, ground)
  }
  const answered = async (appId: string): Promise<string | undefined> => {
    const { chatId } = await ground.sandbox.say({ user: 'alice', text: 'hello', to: { appId } })
    return (await ground.sandbox.waitForMessage({ chatId, sender: 'bot' })).text
  }
  const nextAlarm = (bot: Bot, name: string): Promise<Alarm> =>
    new Promise((resolve) => {
      bot.observe('alarm', (alarm) => alarm.name === name && resolve(alarm))
    })
  const [one, two, three] = [0, 1, 2].map((nth) => () => {
    const app = ground.apps[nth]
    if (!app) throw new Error(`the sandbox has no app ${nth}`)
    return app
  }) as [() => TestGround['app'], () => TestGround['app'], () => TestGround['app']]
  const links = (appId: string, count: number) => ground.sandbox.waitForLinks({ appId, count })

  test('come, change and go with another process that changes them, and leave each other alone', async () => {
    await using bot = await makeBot()
    await bot.start()
    await using operator = await makeBot()
    const { appId } = two()

    await operator.apps.add({ ...two(), name: 'Sales' })
    await links(appId, 1)
    expect(await answered(appId)).toBe(appId)
    expect(bot.apps.list()).toMatchObject([
      { appId: one().appId, source: 'config', createdAtMs: undefined },
      { appId, source: 'database', name: 'Sales', enabled: true, createdAtMs: expect.any(Number) },
    ])
    expect(Object.keys((await bot.status()).parts)).toContain(`connection:${appId}`)
    expect(await bot.metricsText()).toContain(`larkspur_events_total{app="${appId}",outcome="stored"} 1`)

    const held = bot.app(appId)
    await operator.apps.disable(appId)
    await links(appId, 0)
    await expect(held.request(info)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_DISABLED' })
    expect(() => bot.app(appId)).toThrow(expect.objectContaining({ code: 'CREDENTIAL_APP_DISABLED' }))
    expect(Object.keys((await bot.status()).parts)).not.toContain(`connection:${appId}`)
    await expect
      .poll(() => bot.metricsText(), { timeout: 5000 })
      .not.toContain(`larkspur_connection_up{app="${appId}"}`)

    await operator.apps.enable(appId)
    await links(appId, 1)
    await held.request(info)
    await operator.apps.remove(appId)
    await links(appId, 0)
    await expect(held.request(info)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_DISABLED' })
    expect(() => bot.app(appId)).toThrow(expect.objectContaining({ code: 'CREDENTIAL_APP_UNKNOWN' }))

    await operator.apps.add(two())
    await links(appId, 1)
    await held.request(info)
    expect(await ground.sandbox.links({ appId: one().appId })).toHaveLength(1)
    expect(await answered(one().appId)).toBe(one().appId)
    for (const secret of [one().appSecret, two().appSecret]) expect(ground.logged.join('')).not.toContain(secret)
  })

  test('follow changes of their own process at once: what is disabled is disconnected when disable() resolves', async () => {
    await using bot = await makeBot()
    await bot.start()
    const { appId } = two()
    const opened = new Promise((resolve) => {
      bot.observe('connection:open', resolve)
    })
    await bot.apps.add(two())
    await opened
    const closed: string[] = []
    bot.observe('connection:closed', (fact) => closed.push(fact.appId))
    await bot.apps.disable(appId)
    expect(closed).toEqual([appId])
    await expect(bot.apps.disable('cli_00000000000000ff')).rejects.toMatchObject({
      code: 'CREDENTIAL_APP_UNKNOWN',
      message: expect.stringContaining(`${appId} (disabled)`),
    })
  })

  test('one with a wrong secret leaves the others alone, and connects when it gets the right one', async () => {
    await using bot = await makeBot()
    await bot.start()
    const { appId } = two()
    const alarm = nextAlarm(bot, 'connection-refused')
    await bot.apps.add({ ...two(), appSecret: 'canaryWrongSecret00000' })
    expect(await alarm).toMatchObject({ appId })
    await expect(bot.app(appId).request(info)).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' })
    expect(await answered(one().appId)).toBe(one().appId)
    await bot.apps.update(appId, { appSecret: two().appSecret })
    await links(appId, 1)
    expect(await answered(appId)).toBe(appId)
    expect(ground.logged.join('')).not.toContain('canaryWrongSecret')
  })

  test('a new secret connects anew and fetches new tokens; a new name does neither', async () => {
    await using bot = await makeBot()
    await bot.start()
    const { appId, appSecret } = two()
    await bot.apps.add(two())
    const [link] = await links(appId, 1)
    await bot.app(appId).request(info)
    await bot.apps.update(appId, { name: 'Support', description: 'helps' })
    await bot.app(appId).request(info)
    const fetched = async () =>
      (await ground.sandbox.calls({ appId, api: 'POST /open-apis/auth/v3/tenant_access_token/internal' })).length
    expect(await fetched()).toBe(1)
    expect((await links(appId, 1))[0]?.linkId).toBe(link?.linkId)

    const alarm = nextAlarm(bot, 'connection-refused')
    await bot.apps.update(appId, { appSecret: 'anotherSecret000' })
    await alarm
    await bot.apps.update(appId, { appSecret })
    const [next] = await links(appId, 1)
    expect(next?.linkId).not.toBe(link?.linkId)
    await bot.app(appId).request(info)
    expect(await fetched()).toBe(2)
    expect(bot.apps.list()[1]).toMatchObject({ name: 'Support', description: 'helps' })
  })

  test.each([null, 'a name', ['a name']])(
    'a change that is %j is refused with what is wanted, not a TypeError',
    async (change) => {
      await using bot = await makeBot()
      await bot.apps.add(two())
      await expect(bot.apps.update(two().appId, change as never)).rejects.toMatchObject({
        code: 'CREDENTIAL_APP_INVALID',
        message: expect.stringContaining('given as an object, received'),
      })
      for (const app of [null, 'cli_00000000000000ff', undefined])
        await expect(bot.apps.add(app as never)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_INVALID' })
    },
  )

  test('a row that was damaged disables exactly its app, with an alarm', async () => {
    await using bot = await makeBot()
    await bot.start()
    await bot.apps.add(two())
    await bot.apps.add(three())
    await links(two().appId, 1)
    await links(three().appId, 1)
    const alarm = nextAlarm(bot, 'app-broken')
    const database = await openDatabase(storageSettings(url), { migrations: [kernelMigrations], log: silentLog })
    const query = database.query as Kysely<UntypedTables>
    await query.updateTable('larkspur_app').set({ generation: 9 }).where('app_id', '=', two().appId).execute()
    await query.updateTable('larkspur_app_set').set({ revision: sql`revision + 1` }).execute()
    await database[Symbol.asyncDispose]()
    expect(await alarm).toMatchObject({ appId: two().appId, action: expect.stringContaining('add it again') })
    await links(two().appId, 0)
    expect(() => bot.app(two().appId)).toThrow(expect.objectContaining({ code: 'CREDENTIAL_RECORD_BROKEN' }))
    expect(bot.apps.list()[1]).toMatchObject({ enabled: false, problem: expect.stringContaining(two().appId) })
    expect(await answered(three().appId)).toBe(three().appId)
    const update = bot.apps.update(two().appId, { appSecret: two().appSecret })
    await expect(update).rejects.toMatchObject({ code: 'CREDENTIAL_RECORD_BROKEN' })
    await bot.apps.remove(two().appId)
    await bot.apps.add(two())
    await links(two().appId, 1)
    expect(await answered(two().appId)).toBe(two().appId)
  })

  test('of the configuration can be disabled and made the default, and not be changed', async () => {
    await using bot = await makeBot(ground.apps.slice(0, 2))
    await bot.start()
    await bot.apps.setDefault(two().appId)
    expect(bot.currentAppId()).toBe(two().appId)
    await expect(bot.apps.disable(two().appId)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_IS_DEFAULT' })
    await bot.apps.disable(one().appId)
    await links(one().appId, 0)
    await expect(bot.apps.setDefault(one().appId)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_DISABLED' })
    await expect(bot.apps.setDefault('cli_00000000000000ff')).rejects.toMatchObject({ code: 'CREDENTIAL_APP_UNKNOWN' })
    for (const change of [bot.apps.update(one().appId, { name: 'x' }), bot.apps.remove(one().appId)])
      await expect(change).rejects.toMatchObject({ code: 'CREDENTIAL_APP_IN_CONFIG' })
    await expect(bot.apps.add(one())).rejects.toMatchObject({ code: 'CREDENTIAL_APP_EXISTS' })
    await bot.close()
    await using next = await makeBot(ground.apps.slice(0, 2))
    await next.start()
    expect(next.apps.list().map(({ enabled, isDefault }) => [enabled, isDefault])).toEqual([
      [false, false],
      [true, true],
    ])
  })

  test('a default that only another process knows stops nobody but calls without an app id', async () => {
    await using bot = await makeBot()
    await bot.start()
    await using other = await makeBot(ground.apps.slice(0, 2))
    await other.apps.setDefault(two().appId)
    await expect.poll(() => ground.logged.join(''), { timeout: 5000 }).toContain('calls without an app id fail')
    expect(bot.currentAppId()).toBeUndefined()
    expect(() => bot.app()).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_APP_UNKNOWN', message: expect.stringContaining(one().appId) }),
    )
    expect(await answered(one().appId)).toBe(one().appId)
  })

  test('one that is in the configuration too is that of the configuration, with a warning', async () => {
    {
      await using first = await makeBot()
      await first.apps.add({ ...two(), name: 'of the database' })
    }
    await using bot = await makeBot([one(), { ...two(), name: 'of the configuration' }])
    await bot.start()
    expect(bot.apps.list()[1]).toMatchObject({ name: 'of the configuration', source: 'config' })
    expect(ground.logged.join('')).toContain('in the configuration and in the database')
    await bot.apps.disable(two().appId)
    await links(two().appId, 0)
    await bot.apps.remove(two().appId)
    expect(bot.apps.list()[1]).toMatchObject({ name: 'of the configuration', enabled: true })
    await expect(bot.apps.remove(two().appId)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_IN_CONFIG' })
  })

  test('tell how their tokens are, without a value', async () => {
    await using bot = await makeBot()
    await bot.start()
    await bot.apps.add(two())
    const before = await bot.apps.show(two().appId)
    expect(before.tokens.map(({ kind, held }) => [kind, held])).toEqual([
      ['tenant', 0],
      ['app', 0],
      ['user', 0],
    ])
    await bot.app(two().appId).request(info)
    const shown = await bot.apps.show(two().appId)
    expect(shown.tokens[0]).toMatchObject({
      kind: 'tenant',
      held: 1,
      expiresAtMs: expect.any(Number),
      lastError: undefined,
    })
    expect(JSON.stringify(shown)).not.toMatch(/t-|ecret/)
  })
})
