import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createBot, definePlugin } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

const reply = { method: 'POST', path: '/open-apis/im/v1/messages/:message_id/reply', effect: 'keyed' } as const
const textOf = (text: string): { msg_type: string; content: string } => ({
  msg_type: 'text',
  content: JSON.stringify({ text }),
})

/** Answers every message with "Hello!". */
const echo = definePlugin({
  name: 'echo',
  setup({ on, app }) {
    on('im.message.receive_v1', async ({ body: { message } }) => {
      const params = { message_id: message.message_id }
      await app().request({ ...reply, params, body: textOf('Hello!'), receiver: message.message_id })
    })
  },
})

describe('a bot', () => {
  test('answers a message, once, also when the platform pushes it twice', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], plugins: [echo()], ...ground.options }, ground)
    await bot.start()
    const { sandbox, app } = ground
    const said = await sandbox.say({ user: 'alice', text: 'hello' })
    const answer = await sandbox.waitForMessage({ chatId: said.chatId, sender: 'bot' })
    expect(answer.text).toBe('Hello!')

    const [delivery] = await sandbox.deliveries({ appId: app.appId })
    const duplicate = new Promise((resolve) => {
      bot.observe('event:received', (fact) => fact.duplicate && resolve(fact))
    })
    const [first] = await sandbox.messages({ chatId: said.chatId })
    await sandbox.pushEvent({
      appId: app.appId,
      eventType: 'im.message.receive_v1',
      event: { message: { message_id: first?.messageId, chat_id: said.chatId } },
      header: { event_id: `${delivery?.eventId}-other` },
    })
    await duplicate
    expect(await sandbox.ledger({})).toHaveLength(1)
  })

  test('opens nothing before start(), and makes API calls all the same', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    const { chatId } = (await ground.sandbox.chats()).find(({ type }) => type === 'group') ?? { chatId: '' }
    await bot.app().request({
      method: 'POST',
      path: '/open-apis/im/v1/messages',
      query: { receive_id_type: 'chat_id' },
      body: { receive_id: chatId, ...textOf('from a script') },
      effect: 'keyed',
    })
    expect(await ground.sandbox.links()).toEqual([])
    expect(bot.ports).toEqual({})
    expect((await bot.status()).state).toBe('starting')
    expect(await ground.sandbox.ledger({})).toMatchObject([{ accepted: true }])
  })

  test('is ready with every part listed, and not ready once it closes', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], plugins: [echo()], ...ground.options }, ground)
    await bot.start()
    const status = await bot.status()
    expect(status.state).toBe('ready')
    expect(Object.keys(status.parts).sort()).toEqual([`connection:${ground.app.appId}`, 'database', 'inbox'])
    const url = `http://127.0.0.1:${bot.ports.monitor}`
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await bot.close()
    expect((await bot.status()).state).toBe('stopping')
    await expect(fetch(`${url}/readyz`)).rejects.toThrow()
    expect(await ground.sandbox.links()).toEqual([])
  })

  test('a handler that throws reaches onError and is tried again; the bot goes on', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    const failures: unknown[] = []
    const settled = Promise.withResolvers<void>()
    bot.onError((failure) => failures.push(failure))
    bot.observe('event:handled', () => settled.resolve())
    bot.on('im.message.receive_v1', ({ attempt }) => {
      if (attempt === 1) throw new Error('not yet')
    })
    await bot.start()
    await ground.sandbox.say({ user: 'alice', text: 'hello' })
    await settled.promise
    expect(failures).toMatchObject([
      { plugin: 'bot', handler: 'bot/im.message.receive_v1#1', attempt: 1, next: 'retry', appId: ground.app.appId },
    ])
  })

  test('acknowledges and counts events that nothing handles, and does not store them', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], plugins: [echo()], ...ground.options }, ground)
    await bot.start()
    const { appId } = ground.app
    await ground.sandbox.pushEvent({ appId, eventType: 'im.chat.disbanded_v1', event: { chat_id: 'oc_1' } })
    await ground.sandbox.pushEvent({ appId, eventType: 'never.heard_of_v9', event: {} })
    expect(await ground.sandbox.waitForDeliveries({ appId })).toEqual({ acked: 2, givenUp: 0 })
    const metrics = await bot.metricsText()
    expect(metrics).toContain(`larkspur_events_total{app="${appId}",outcome="ignored"} 2`)
    expect(metrics).toContain('larkspur_event_types_total{type="other"} 1')
    expect(metrics).toContain(`larkspur_events_total{app="${appId}",outcome="stored"} 0`)
  })

  test('refuses an event that claims another app, whatever its body says', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], plugins: [echo()], ...ground.options }, ground)
    await bot.start()
    const { appId } = ground.app
    const event = { message: { message_id: 'om_1', chat_id: 'oc_1' }, app_id: appId }
    const header = { app_id: 'cli_ffffffffffffffff' }
    await ground.sandbox.pushEvent({ appId, eventType: 'im.message.receive_v1', event, header })
    await ground.sandbox.waitForDeliveries({ appId })
    expect(await bot.metricsText()).toContain(`larkspur_events_total{app="${appId}",outcome="refused"} 1`)
  })

  test('two bots in one process share nothing', async () => {
    await using one = await testGround()
    await using two = await testGround()
    await using first = await createBot({ apps: [one.app], plugins: [echo()], ...one.options }, one)
    await using second = await createBot({ apps: [two.app], plugins: [echo()], ...two.options }, two)
    await Promise.all([first.start(), second.start()])
    const said = await one.sandbox.say({ user: 'alice', text: 'hello' })
    await one.sandbox.waitForMessage({ chatId: said.chatId, sender: 'bot' })
    expect(await two.sandbox.ledger({})).toEqual([])
    expect(await second.metricsText()).not.toContain('outcome="stored"} 1')
  })
})

describe('a start that fails', () => {
  test('names the refused secret once, and closes what had been opened', async () => {
    await using ground = await testGround()
    const app = { ...ground.app, appSecret: 'not-the-secret-of-this-app' }
    const order: string[] = []
    const watcher = definePlugin({
      name: 'watcher',
      setup({ onReady, onClose }) {
        onReady(() => void order.push('ready'))
        onClose(() => void order.push('closed'))
      },
    })
    const bot = await createBot({ apps: [app], plugins: [watcher()], ...ground.options }, ground)
    await expect(bot.start()).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' })
    expect(order).toEqual(['ready', 'closed'])
    expect(bot.ports).toEqual({})
    await bot.close()
    expect(ground.logged.join('')).not.toContain('not-the-secret-of-this-app')
    // The inbox is free again for the next one.
    await using next = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await next.start()
  })

  test('one app with a wrong secret does not stop the others', async () => {
    await using ground = await testGround(2)
    const [good, bad] = ground.apps
    if (!good || !bad) throw new Error('the sandbox has two apps')
    const apps = [{ ...bad, appSecret: 'wrong-wrong-wrong' }, good]
    await using bot = await createBot({ apps, plugins: [echo()], ...ground.options }, ground)
    await bot.start()
    expect((await bot.status()).parts[`connection:${good.appId}`]?.status).toBe('up')
    expect((await bot.status()).parts[`connection:${bad.appId}`]?.status).not.toBe('up')
  })

  test('a refused connection is an alarm that reaches the people of the app, the log and the metrics', async () => {
    await using ground = await testGround(2)
    const [good, bad] = ground.apps
    if (!good || !bad) throw new Error('the sandbox has two apps')
    const told: [string, readonly string[]][] = []
    const messenger = definePlugin({
      name: 'messenger',
      setup({ provide }) {
        provide('notifier', { notify: async ({ name }, admins) => void told.push([name, admins]) })
      },
    })
    const apps = [{ ...bad, appSecret: 'wrong-wrong-wrong', admins: ['ou_admin'] }, good]
    await using bot = await createBot({ apps, plugins: [messenger()], ...ground.options }, ground)
    await bot.start()
    expect(told).toEqual([['connection-refused', ['ou_admin']]])
    expect(await bot.metricsText()).toContain('larkspur_alarms_total{severity="critical"} 1')
    expect(ground.logged.join('')).toContain('"alarm":"connection-refused"')
  })

  test('goes on trying when the platform cannot be reached', async () => {
    await using ground = await testGround()
    const app = { ...ground.app, domain: 'http://127.0.0.1:1' }
    await using bot = await createBot({ apps: [app], ...ground.options }, ground)
    await bot.start()
    expect((await bot.status()).state).toBe('degraded')
    expect(ground.logged.join('')).toContain('CONNECTION_FAILED')
  })

  test('says that the port is taken, and which option changes it', async () => {
    await using ground = await testGround()
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const options = { ...ground.options, http: { monitorPort: port } }
    await using bot = await createBot({ apps: [ground.app], ...options }, ground)
    await expect(bot.start()).rejects.toMatchObject({
      code: 'HTTP_PORT_IN_USE',
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('monitorPort'),
    })
    server.close()
  })

  test('a second bot on the same SQLite inbox is refused with the folder in the message', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await bot.start()
    await using second = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await expect(second.start()).rejects.toMatchObject({
      code: 'INBOX_IN_USE',
      message: expect.stringContaining(ground.folder),
    })
  })

  test('a corrupt database file stops the start with a clear error and is not touched', async () => {
    await using ground = await testGround()
    await writeFile(join(ground.folder, 'inbox.db'), 'this is no database, but somebody may want it back')
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await expect(bot.start()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
  })

  test.skipIf(process.getuid?.() === 0)(
    'names a folder that cannot be written (skipped: root may write everywhere)',
    async () => {
      await using ground = await testGround()
      await chmod(ground.folder, 0o500)
      await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
      await expect(bot.start()).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' })
    },
  )

  test('leaves a bot that cannot be started again', async () => {
    await using ground = await testGround()
    const failing = definePlugin({
      name: 'failing',
      setup({ onReady }) {
        onReady(() => {
          throw new Error('not today')
        })
      },
    })
    const bot = await createBot({ apps: [ground.app], plugins: [failing()], ...ground.options }, ground)
    await expect(bot.start()).rejects.toMatchObject({ code: 'PLUGIN_PHASE_FAILED' })
    await expect(bot.start()).rejects.toMatchObject({ code: 'BOT_CLOSED' })
  })

  test('is ended by close(), at whatever moment it comes, and leaves nothing open', async () => {
    await using ground = await testGround()
    for (let turns = 0; turns < 12; turns++) {
      const bot = await createBot({ apps: [ground.app], plugins: [echo()], ...ground.options }, ground)
      const started = bot.start().then(
        () => 'started',
        (error: { code?: string }) => error.code,
      )
      for (let turn = 0; turn < turns * 3; turn++) await new Promise(setImmediate)
      await bot.close()
      expect(['started', 'BOT_CLOSED']).toContain(await started)
      expect(bot.ports).toEqual({})
    }
    await using next = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await next.start()
    expect(await ground.sandbox.links()).toHaveLength(1)
  })

  test('start() twice, and start() after close(), are errors', async () => {
    await using ground = await testGround()
    const bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await bot.start()
    await expect(bot.start()).rejects.toMatchObject({ code: 'BOT_ALREADY_STARTED' })
    await bot.close()
    await bot.close()
    await expect(bot.start()).rejects.toMatchObject({ code: 'BOT_CLOSED' })
  })
})

describe('registration', () => {
  test('a handler registered after start() is refused with what to do', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    await bot.start()
    expect(() => bot.on('im.message.receive_v1', () => {})).toThrow(
      expect.objectContaining({ code: 'PLUGIN_REGISTERED_TOO_LATE' }),
    )
  })

  test('a mistyped event type is warned about, with the one that was meant', async () => {
    await using ground = await testGround()
    await using bot = await createBot({ apps: [ground.app], ...ground.options }, ground)
    bot.on('contact.user.crated_v3', () => {})
    await bot.start()
    expect(ground.logged.join('')).toContain('did you mean contact.user.created_v3?')
  })

  test('a closed bot leaves no registration, listener or metric of a plugin behind', async () => {
    await using ground = await testGround()
    const busy = definePlugin({
      name: 'busy',
      setup({ on, observe, use, job, task, metrics, route, healthCheck, onReady }) {
        on('im.message.receive_v1', () => {})
        observe('event:handled', () => {})
        use((_event, next) => next())
        job({ name: 'nightly', cron: '0 3 * * *' }, () => {})
        task({ name: 'later' }, () => {})
        metrics.counter({ name: 'things_total', help: 'Things.' }).add({})
        route({ method: 'GET', path: '/page', handle: () => new Response('page') })
        healthCheck('well', () => ({ status: 'up', message: 'well' }))
        onReady(() => {})
      },
    })
    const bot = await createBot({ apps: [ground.app], plugins: [busy()], ...ground.options }, ground)
    const inspect = (bot as never as Record<symbol, { registrations(): number; listeners(): number }>)[
      Symbol.for('@larkspur/core/inspect')
    ]
    bot.on('im.message.receive_v1', () => {})
    await bot.start()
    expect(inspect?.registrations()).toBe(5)
    expect(await (await fetch(`http://127.0.0.1:${bot.ports.http}/busy/page`)).text()).toBe('page')
    expect((await bot.status()).parts['busy:well']?.status).toBe('up')
    expect(await bot.metricsText()).toContain('larkspur_busy_things_total 1')
    expect(ground.logged.join('')).toContain('nothing schedules them')
    await bot.close()
    expect(inspect?.registrations()).toBe(0)
    expect(inspect?.listeners()).toBe(0)
  })
})
