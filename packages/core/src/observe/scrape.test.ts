import { expect, test } from 'vitest'
import { createBot, definePlugin } from '../index.ts'
import { testGround } from '../testing/test-bot.ts'

interface Series {
  readonly name: string
  readonly labels: readonly string[]
}

function parse(text: string): { series: Series[]; types: Map<string, string>; helps: Set<string> } {
  const types = new Map<string, string>()
  const helps = new Set<string>()
  const series: Series[] = []
  for (const line of text.split('\n')) {
    const [, kind, name, rest] = /^# (TYPE|HELP) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'TYPE' && name && rest) types.set(name, rest)
    if (kind === 'HELP' && name) helps.add(name)
    const sample = /^([a-z_]+)(?:\{(.*)\})? \S+$/.exec(line)
    if (sample?.[1])
      series.push({
        name: sample[1],
        labels: [...(sample[2] ?? '').matchAll(/([a-z_]+)="/g)].map(([, label]) => label ?? ''),
      })
  }
  return { series, types, helps }
}

test('a scrape of a running bot keeps every rule for metrics', async () => {
  await using ground = await testGround(2)
  const greeter = definePlugin({
    name: 'greeter',
    setup({ on, metrics }) {
      const greeted = metrics.counter({ name: 'greeted_total', help: 'Greetings.', labels: { how: ['warm', 'cold'] } })
      on('im.message.receive_v1', () => greeted.add({ how: 'in a way that nobody listed' as 'warm' }))
    },
  })
  await using bot = await createBot({ apps: ground.apps, plugins: [greeter()], ...ground.options }, ground)
  const handled = Promise.withResolvers<void>()
  bot.observe('event:handled', () => handled.resolve())
  await bot.start()
  const { messageId, chatId } = await ground.sandbox.say({ user: 'alice', text: 'canary-text' })
  await handled.promise
  const text = await (await fetch(`http://127.0.0.1:${bot.ports.monitor}/metrics`)).text()
  const { series, types, helps } = parse(text)

  expect(series.length).toBeGreaterThan(50)
  for (const [name, type] of types) {
    expect(name).toMatch(/^larkspur_[a-z0-9_]+$/)
    expect(helps).toContain(name)
    expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb)(_|$)/)
    if (type === 'counter') expect(name).toMatch(/_total$/)
    else expect(name).not.toMatch(/_total$/)
  }
  for (const { name, labels } of series) {
    expect(labels).not.toContain('job')
    expect(labels).not.toContain('instance')
    if (/_(bucket|sum|count)$/.test(name)) expect(labels).not.toContain('app')
  }
  for (const secret of ['canary-text', messageId, chatId, ...ground.apps.map(({ appSecret }) => appSecret)])
    expect(text).not.toContain(secret)
  // What an alert divides by is there from the start.
  for (const outcome of ['handled', 'retried', 'dead', 'waiting'])
    expect(text).toContain(`larkspur_runs_total{app="${ground.apps[1]?.appId}",outcome="${outcome}"} 0`)
  expect(text).toContain('larkspur_greeter_greeted_total{how="other"} 1')
})
