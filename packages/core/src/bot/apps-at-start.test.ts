import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Alarm, createBot } from '../index.ts'
import { echo, info } from '../testing/echo-app.ts'
import { testGround } from '../testing/test-bot.ts'

describe('the apps of a bot', () => {
  test('that cannot be connected at start leave the others alone; all of them end it', async () => {
    await using ground = await testGround(3)
    const [good = ground.app, second = ground.app, third = ground.app] = ground.apps
    const refused = { ...second, appSecret: 'canaryWrongSecret000' }
    const keyless = { ...third, receive: 'webhook', encryptKey: 'canaryKey' } as const
    await using bot = await createBot({ ...ground.options, apps: [refused, keyless, good], plugins: [echo()] }, ground)
    const alarms: string[] = []
    bot.observe('alarm', ({ name, appId }) => alarms.push(`${name} ${appId}`))
    await bot.start()
    expect(alarms.sort()).toEqual([`app-not-receiving ${third.appId}`, `connection-refused ${second.appId}`])
    const { chatId } = await ground.sandbox.say({ user: 'alice', text: 'hello', to: { appId: good.appId } })
    expect((await ground.sandbox.waitForMessage({ chatId, sender: 'bot' })).text).toBe(good.appId)
    await bot.close()
    await using none = await createBot({ ...ground.options, apps: [refused, keyless] }, ground)
    await expect(none.start()).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' })
  })

  test('are not received for by a worker, which handles and sends all the same', async () => {
    await using ground = await testGround(2)
    const [, other = ground.app] = ground.apps
    await using bot = await createBot({ ...ground.options, apps: [ground.app], receive: false }, ground)
    await bot.start()
    await bot.apps.add(other)
    await bot.app(other.appId).request(info)
    expect(await ground.sandbox.calls({ api: 'POST /callback/ws/endpoint' })).toEqual([])
  })

  test('are read by createBot when the configuration names none, so that a script can use them', async () => {
    await using ground = await testGround(2)
    {
      await using first = await createBot({ ...ground.options }, ground)
      expect(readdirSync(ground.folder)).toEqual([])
      expect(first.apps.list()).toEqual([])
      expect(() => first.app()).toThrow(expect.objectContaining({ hint: expect.stringContaining('larkspur app add') }))
      await first.apps.load()
      expect(readdirSync(ground.folder)).toEqual([])
      await first.apps.add(ground.app)
      await first.app().request(info)
    }
    await using script = await createBot({ ...ground.options }, ground)
    expect(script.currentAppId()).toBe(ground.app.appId)
    await script.app().request(info)
    const [other] = ground.apps.slice(1)
    await using both = await createBot({ ...ground.options, apps: [other ?? ground.app] }, ground)
    expect(both.apps.list()).toHaveLength(1)
    await both.apps.load()
    expect(both.apps.list()).toHaveLength(2)
    expect(both.currentAppId()).toBeUndefined()
  })

  test('a default that is none of them, or disabled, is refused with the list of them', async () => {
    await using ground = await testGround(2)
    const [a, b] = ground.apps
    const refused = (appId: string) => ({
      code: 'CREDENTIAL_DEFAULT_APP_INVALID',
      message: expect.stringContaining(appId),
    })
    const options = { ...ground.options, apps: [a ?? ground.app] }
    const unknown = createBot({ ...options, defaultAppId: b?.appId }, ground)
    await expect(unknown).rejects.toMatchObject(refused(ground.app.appId))
    const disabled = createBot(
      { ...options, apps: [{ ...ground.app, enabled: false }], defaultAppId: ground.app.appId },
      ground,
    )
    await expect(disabled).rejects.toMatchObject(refused(`${ground.app.appId} (disabled)`))
    await using operator = await createBot(options, ground)
    await operator.apps.enable(ground.app.appId)
    await using allowed = await createBot(
      { ...options, apps: [{ ...ground.app, enabled: false }], defaultAppId: ground.app.appId },
      ground,
    )
    expect(allowed.currentAppId()).toBe(ground.app.appId)
    await operator.apps.add(b ?? ground.app)
    await operator.apps.setDefault(b?.appId)
    await using bot = await createBot({ ...ground.options, apps: ground.apps }, ground)
    await bot.start()
    expect(bot.currentAppId()).toBe(b?.appId)
    await bot.close()
    await operator.apps.setDefault(undefined)
    await operator.apps.disable(b?.appId ?? '')
    await using named = await createBot({ ...ground.options, apps: ground.apps, defaultAppId: b?.appId }, ground)
    await expect(named.start()).rejects.toMatchObject(refused(`${b?.appId} (disabled)`))
    expect(ground.logged.join('')).not.toContain('calls without an app id fail')
  })

  test('what cannot be an app is refused with every problem, and nothing is stored', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ ...ground.options }, ground)
    const add = bot.apps.add({ appId: 'cli_x', appSecret: ' ', receive: 'webhook', admins: ['alice'] })
    const error: unknown = await add.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CREDENTIAL_APP_INVALID' })
    for (const path of ['appId', 'appSecret', 'receive', 'admins']) expect(String(error)).toContain(`${path}: `)
    expect(readdirSync(ground.folder)).toEqual([])
    await bot.apps.add(ground.app)
    const { appId } = ground.app
    await expect(bot.apps.add(ground.app)).rejects.toMatchObject({ code: 'CREDENTIAL_APP_EXISTS' })
    await expect(bot.apps.update(appId, { appSecret: '' })).rejects.toMatchObject({ code: 'CREDENTIAL_APP_INVALID' })
    const moved = bot.apps.update(appId, { domain: 'lark' } as never)
    await expect(moved).rejects.toMatchObject({
      code: 'CREDENTIAL_APP_INVALID',
      message: expect.stringContaining('domain'),
    })
    expect(() => bot.app('a secret in the wrong place')).toThrow(
      expect.objectContaining({
        code: 'CREDENTIAL_APP_ID_INVALID',
        message: expect.not.stringContaining('wrong place'),
      }),
    )
  })

  test('one that receives by webhook opens the port when it comes, and one without keys tells so', async () => {
    await using ground = await testGround(2)
    await using bot = await createBot({ ...ground.options, apps: [ground.app], plugins: [echo()] }, ground)
    await bot.start()
    expect(bot.ports.http).toBeUndefined()
    const [, other = ground.app] = ground.apps
    const alarm = new Promise<Alarm>((resolve) => {
      bot.observe('alarm', resolve)
    })
    const keys = { encryptKey: 'canaryEncryptKey', receive: 'webhook' } as const
    await bot.apps.add({ ...other, ...keys })
    expect(await alarm).toMatchObject({ appId: other.appId, message: expect.stringContaining('verificationToken') })
    await bot.apps.update(other.appId, { verificationToken: 'canaryVerification' })
    await expect.poll(() => bot.ports.http, { timeout: 5000 }).toBeTypeOf('number')
    const requestUrl = `http://127.0.0.1:${bot.ports.http}/webhook/${other.appId}`
    const verificationToken = 'canaryVerification'
    await ground.sandbox.setDelivery({
      appId: other.appId,
      delivery: 'webhook',
      requestUrl,
      encryptKey: keys.encryptKey,
      verificationToken,
    })
    const { chatId } = await ground.sandbox.say({ user: 'alice', text: 'hello', to: { appId: other.appId } })
    expect((await ground.sandbox.waitForMessage({ chatId, sender: 'bot' })).text).toBe(other.appId)
    await bot.apps.disable(other.appId)
    expect((await fetch(requestUrl, { method: 'POST' })).status).toBe(404)
    expect(ground.logged.join('')).not.toContain('canary')
  })
})
