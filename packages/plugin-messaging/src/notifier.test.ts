import { definePlugin, type Notifier } from '@larkspur/core'
import { createTestBot } from '@larkspur/testkit'
import { expect, it } from 'vitest'
import { alarmText, createNotifier } from './notifier.ts'
import { Outbox } from './send.ts'

const alarm = { name: 'disk-full', severity: 'critical', message: 'The disk is full.', action: 'Make room.' } as const

const probe = definePlugin({
  name: 'probe',
  setup(context): { notifier: Notifier } {
    const outbox = new Outbox({ app: context.app, emit: () => {}, sent: { add: () => {} } })
    return { notifier: createNotifier(outbox, context.appIds) }
  },
})

it('sends an alarm of the whole bot through the app that knows the admin', async () => {
  await using test = await createTestBot({ apps: 2, plugins: [probe()], start: false })
  const [first, second] = test.sandbox.apps.map(({ appId }) => test.user('alice', { appId }))
  await test.bot.probe.notifier.notify(alarm, [second?.openId ?? ''])
  await second?.shouldSee('🔴 disk-full\nThe disk is full.\nWhat to do: Make room.')
  expect(await first?.messages()).toEqual([])
})

it('tells the other admins when one cannot be reached, and says so', async () => {
  await using test = await createTestBot({ plugins: [probe()], start: false })
  const admins = ['ou_nobody', test.user('alice').openId]
  const appId = test.sandbox.apps[0]?.appId
  await expect(test.bot.probe.notifier.notify({ ...alarm, appId }, admins)).rejects.toMatchObject({
    name: 'LarkspurError',
  })
  await test.user('alice').shouldSee(/^🔴 disk-full \(cli_/)
})

it('names severity, app, cause and remedy', () => {
  expect(alarmText({ ...alarm, severity: 'warning', appId: 'cli_1' })).toBe(
    '🟡 disk-full (cli_1)\nThe disk is full.\nWhat to do: Make room.',
  )
})
