import { startSandbox } from '@larkspur/sandbox'
import { afterEach, expect, inject, it, vi } from 'vitest'
import { createTestDatabase } from '../../../../scripts/postgres/test-database.ts'
import type { InstanceShare } from '../api/rate-limits.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import { declareKernelMetrics } from '../observe/kernel-metrics.ts'
import { createMetrics } from '../observe/prom-metrics.ts'
import { afterTest, appOn, openClient } from '../testing/open-client.ts'
import { silentLog } from '../testing/silent-log.ts'
import { storageSettings } from '../testing/storage-settings.ts'
import { Instances } from './instances.ts'

afterEach(() => {
  vi.useRealTimers()
})

const metrics = declareKernelMetrics(
  createMetrics({ appIds: [], pluginNames: [], enabled: true, onProblem: () => {} }).kernel,
)

/** Gives sockets and databases the time that the clock does not. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await settle()
}

/** Instances on one PostgreSQL; beats come with the clock of the test. */
async function openInstances(names: readonly string[]) {
  const database = await createTestDatabase(inject('postgresUrl'))
  afterTest(() => database[Symbol.asyncDispose]())
  const settings = storageSettings(database.url)
  const stores = await Promise.all(
    names.map(() => openInbox(settings, { hold: true, migrate: 'auto', log: silentLog })),
  )
  afterTest(() => Promise.all(stores.map((store) => store[Symbol.asyncDispose]())))
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  const shares: InstanceShare[] = names.map(() => ({ instances: 1, index: 0 }))
  const instances = stores.map(
    (store, at) =>
      new Instances(store, metrics, silentLog, names[at] as string, [], (share) => {
        shares[at] = share
      }),
  )
  for (const instance of instances) await instance.start()
  return { shares, instances }
}

it('tells each instance its own part of the limits, and the others when one goes', async () => {
  const { shares, instances } = await openInstances(['c', 'a', 'b'])
  // The first ones hear of the last with their next beat.
  expect(shares).toEqual([
    { instances: 1, index: 0 },
    { instances: 2, index: 0 },
    { instances: 3, index: 1 },
  ])
  await vi.advanceTimersByTimeAsync(10_000)
  await until(() => shares.every(({ instances }) => instances === 3))
  expect(shares.map(({ index }) => index)).toEqual([2, 0, 1])
  await instances[1]?.stop()
  expect(shares[1]).toEqual({ instances: 1, index: 0 })
  await vi.advanceTimersByTimeAsync(10_000)
  await until(() => shares[0]?.instances === 2 && shares[2]?.instances === 2)
  expect([shares[0]?.index, shares[2]?.index]).toEqual([1, 0])
  await Promise.all(instances.map((instance) => instance.stop()))
})

it('keeps three instances on one PostgreSQL to the limits of the platform, which they nearly reach', async () => {
  const { shares, instances } = await openInstances(['a', 'b', 'c'])
  await vi.advanceTimersByTimeAsync(10_000)
  await until(() => shares.every(({ instances }) => instances === 3))
  const sandbox = await startSandbox({ settings: { callsPerSecond: 50, messagesPerSecond: 5 } })
  afterTest(() => sandbox.close())
  const [known] = sandbox.apps
  const [busy, quiet] = await sandbox.chats()
  const app = { ...appOn(sandbox.url, known?.appId), secret: () => known?.appSecret ?? '' }
  const limits = { callsPerSecond: 50, messagesPerSecond: 5 }
  const clients = await Promise.all(
    shares.map(async (_, at) => {
      const { clients } = await openClient(sandbox.url, { options: limits, share: () => shares[at] as InstanceShare })
      return clients.of(app)
    }),
  )
  const send = (at: number, chat: typeof busy) =>
    clients[at]?.request({
      method: 'POST',
      path: '/open-apis/im/v1/messages',
      query: { receive_id_type: 'chat_id' },
      body: { receive_id: chat?.chatId, msg_type: 'text', content: '{"text":"Hello"}' },
    })
  const list = (at: number) => clients[at]?.request({ path: '/open-apis/im/v1/chats' })

  const order: string[] = []
  const note = (name: string, call: Promise<unknown> | undefined) => call?.then(() => order.push(name))
  const calls = [0, 1, 2].flatMap((at) => [
    ...Array.from({ length: 20 }, () => note('busy', send(at, busy))),
    note('quiet', send(at, quiet)),
    ...Array.from({ length: 170 }, () => note('list', list(at))),
  ])
  const pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 5) {
      await vi.advanceTimersByTimeAsync(5)
      await settle()
    }
  }
  const count = (name: string): number => order.filter((each) => each === name).length

  await pass(1000)
  expect(count('quiet')).toBe(3)
  await pass(9000)
  expect(count('busy')).toBeGreaterThanOrEqual(40)
  expect(count('list')).toBeGreaterThanOrEqual(400)
  await pass(14_000)
  await Promise.all(calls)
  const made = await sandbox.calls({ appId: app.appId })
  expect(made.length).toBeGreaterThan(570)
  expect(made.filter(({ code }) => code !== 0)).toEqual([])
  await Promise.all(instances.map((instance) => instance.stop()))
})
