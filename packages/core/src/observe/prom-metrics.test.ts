import { describe, expect, test } from 'vitest'
import { declareLinkMetrics } from '../connection/link-metrics.ts'
import { countedEventTypes } from './event-types.ts'
import { declareKernelMetrics } from './kernel-metrics.ts'
import type { Metrics } from './metrics.ts'
import { declareProcessMetrics } from './process-metrics.ts'
import { createMetrics, type MetricsOptions } from './prom-metrics.ts'

function registry(given: Partial<MetricsOptions> = {}) {
  const problems: string[] = []
  const made = createMetrics({
    appIds: ['cli_a', 'cli_b'],
    pluginNames: ['bot', 'to-do'],
    enabled: true,
    onProblem: (message) => problems.push(message),
    ...given,
  })
  return { ...made, problems }
}

const series = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
const of = (text: string, name: string) =>
  series(text)
    .filter((line) => line.startsWith(`larkspur_${name}`))
    .sort()

describe('series', () => {
  test('every combination of a counter starts at 0, and an app that comes later too', async () => {
    const { kernel, addApp, text } = registry()
    kernel.counter({ name: 'a_total', help: 'A.', labels: { app: 'app', outcome: ['x', 'y'] } })
    kernel.counter({ name: 'b_total', help: 'B.', labels: { plugin: 'plugin' } })
    kernel.counter({ name: 'c_total', help: 'C.' })
    addApp('cli_c')
    expect(series(await text()).sort()).toEqual([
      'larkspur_a_total{app="cli_a",outcome="x"} 0',
      'larkspur_a_total{app="cli_a",outcome="y"} 0',
      'larkspur_a_total{app="cli_b",outcome="x"} 0',
      'larkspur_a_total{app="cli_b",outcome="y"} 0',
      'larkspur_a_total{app="cli_c",outcome="x"} 0',
      'larkspur_a_total{app="cli_c",outcome="y"} 0',
      'larkspur_b_total{plugin="bot"} 0',
      'larkspur_b_total{plugin="to-do"} 0',
      'larkspur_c_total 0',
    ])
  })

  test('a value outside the closed list counts as other', async () => {
    const { kernel, text } = registry()
    const counter = kernel.counter({ name: 'a_total', help: 'A.', labels: { app: 'app', type: ['x'] } })
    counter.add({ app: 'cli_unknown', type: 'new' as 'x' })
    counter.add({ app: 'cli_unknown', type: 'newer' as 'x' }, 2)
    counter.add({ app: 'cli_a' } as never)
    expect(of(await text(), 'a_total')).toEqual([
      'larkspur_a_total{app="cli_a",type="other"} 1',
      'larkspur_a_total{app="cli_a",type="x"} 0',
      'larkspur_a_total{app="cli_b",type="x"} 0',
      'larkspur_a_total{app="other",type="other"} 3',
    ])
  })

  test('gauges and histograms show what was set and observed', async () => {
    const { kernel, text } = registry()
    kernel.gauge({ name: 'depth', help: 'D.', labels: { app: 'app' } }).set({ app: 'cli_a' }, 7)
    kernel.histogram({ name: 'run_seconds', help: 'R.', buckets: [1, 2] }).observe({}, 1.5)
    expect(of(await text(), '')).toEqual([
      'larkspur_depth{app="cli_a"} 7',
      'larkspur_run_seconds_bucket{le="+Inf"} 1',
      'larkspur_run_seconds_bucket{le="1"} 0',
      'larkspur_run_seconds_bucket{le="2"} 1',
      'larkspur_run_seconds_count 1',
      'larkspur_run_seconds_sum 1.5',
    ])
  })

  test('the kernel with 50 apps stays below 2,000, at most 36 an app, every known value used', async () => {
    const appIds = Array.from({ length: 50 }, (_, index) => `cli_${String(index).padStart(16, '0')}`)
    const { kernel, text } = registry({
      appIds,
      pluginNames: ['bot', 'messaging', 'contact', 'auth', 'scheduler', 'clouddoc', 'apaas'],
    })
    const touch = touching(kernel, appIds)
    declareKernelMetrics(touch)
    declareLinkMetrics(touch)
    declareProcessMetrics(touch)()
    const lines = series(await text())
    expect(lines.filter((line) => line.includes(`app="${appIds[0]}"`)).length).toBeLessThanOrEqual(36)
    expect(lines.length).toBeLessThanOrEqual(2000)
    expect(lines.filter((line) => /\b(?:job|instance)="/.test(line))).toEqual([])
    expect(lines.filter((line) => /_bucket\{.*\bapp="/.test(line))).toEqual([])
  })

  test('event types are told apart by a list that ends in other', () => {
    expect([new Set(countedEventTypes).size, countedEventTypes.at(-1)]).toEqual([countedEventTypes.length, 'other'])
  })
})

// Uses every combination of every label, and one unknown value, so that the scrape is as large as it can become.
function touching(metrics: Metrics, appIds: readonly string[]): Metrics {
  const plugins = ['bot', 'messaging', 'contact', 'auth', 'scheduler', 'clouddoc', 'apaas']
  type Labels = Readonly<Record<string, readonly string[] | 'app' | 'plugin'>>
  const all = (labels: Labels = {}): Record<string, string>[] =>
    Object.entries(labels).reduce<Record<string, string>[]>(
      (rows, [label, values]) =>
        rows.flatMap((row) =>
          (values === 'app' ? appIds : values === 'plugin' ? plugins : values).map((value) => ({
            ...row,
            [label]: value,
          })),
        ),
      [{}],
    )
  return {
    ...metrics,
    gauge(definition) {
      const gauge = metrics.gauge(definition)
      for (const labels of all(definition.labels)) gauge.set(labels as never, 1)
      return gauge
    },
    histogram(definition) {
      const histogram = metrics.histogram(definition)
      for (const labels of all(definition.labels)) histogram.observe(labels as never, 1)
      return histogram
    },
  }
}

describe('rules', () => {
  const refused = (declare: (metrics: Metrics) => unknown) => {
    try {
      declare(registry().kernel)
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  }

  test.each([
    ['counter', { name: 'a', help: 'A.' }, 'a counter ends in _total'],
    ['counter', { name: 'a_ms_total', help: 'A.' }, 'use the base unit _seconds instead of _ms'],
    ['counter', { name: 'A_total', help: 'A.' }, 'the name must be lower-case words joined by _'],
    ['counter', { name: 'larkspur_a_total', help: 'A.' }, 'larkspur_ is added by itself'],
    ['counter', { name: 'a_total', help: ' ' }, 'help must say what it counts or measures'],
    ['gauge', { name: 'a_total', help: 'A.' }, 'only counters end in _total, this is a gauge'],
    ['gauge', { name: 'a_count', help: 'A.' }, '_count is what Prometheus adds to histograms'],
    ['gauge', { name: 'a_mb', help: 'A.' }, 'use the base unit _bytes instead of _mb'],
    ['gauge', { name: 'a', help: 'A.', labels: { job: ['x'] } }, "label job is Prometheus' own"],
    ['gauge', { name: 'a', help: 'A.', labels: { instance: ['x'] } }, "label instance is Prometheus' own"],
    [
      'gauge',
      { name: 'a', help: 'A.', labels: { chat_id: ['x'] } },
      'label chat_id names persons or things without end',
    ],
    [
      'gauge',
      { name: 'a', help: 'A.', labels: { userId: ['x'] } },
      'label userId must be lower-case words joined by _',
    ],
    ['gauge', { name: 'a', help: 'A.', labels: { x: [] } }, 'label x has no values'],
    ['gauge', { name: 'a', help: 'A.', labels: { x: 'app' } }, "the label of the apps is called app: { app: 'app' }"],
    [
      'gauge',
      { name: 'a', help: 'A.', labels: { x: Array(20).fill('x'), y: Array(20).fill('y') } },
      'its labels make 400 series, at most 200 are allowed',
    ],
    [
      'histogram',
      { name: 'a', help: 'A.', buckets: [1], labels: { app: 'app' } },
      'a histogram has no label of the apps',
    ],
    ['histogram', { name: 'a', help: 'A.', buckets: [] }, 'buckets must be numbers that rise'],
    ['histogram', { name: 'a', help: 'A.', buckets: [2, 1] }, 'buckets must be numbers that rise'],
  ] as const)('%s %j is refused', (kind, definition, words) => {
    const message = refused((metrics) => (metrics[kind] as (given: unknown) => unknown)(definition))
    expect(message).toBe(`metric larkspur_${definition.name}: ${words}`)
  })

  test('a name is declared once', () => {
    const message = refused((metrics) => {
      metrics.gauge({ name: 'a', help: 'A.' })
      metrics.gauge({ name: 'a', help: 'A.' })
    })
    expect(message).toBe('metric larkspur_a is declared twice')
  })
})

describe('plugins', () => {
  test('have a prefix of their own, and leave nothing when they are disposed', async () => {
    const { forPlugin, text, size } = registry()
    const metrics = forPlugin('to-do')
    metrics.counter({ name: 'entries_total', help: 'E.' }).add({})
    let reads = 0
    metrics.onScrape(() => {
      reads += 1
    })
    expect(of(await text(), 'to_do')).toEqual(['larkspur_to_do_entries_total 1'])
    metrics.dispose()
    expect([await text(), size(), reads]).toEqual(['\n', 0, 1])
    forPlugin('to-do').counter({ name: 'entries_total', help: 'E.' })
  })
})

describe('readers', () => {
  test('run before each scrape; one that is slow or throws is reported and holds up nobody', async () => {
    const { kernel, text, problems } = registry({ readTimeoutMs: 10 })
    const gauge = kernel.gauge({ name: 'a', help: 'A.' })
    let value = 0
    kernel.onScrape(() => gauge.set({}, ++value))
    kernel.onScrape(() => new Promise(() => undefined))
    kernel.onScrape(() => Promise.reject(new TypeError('x')))
    expect(of(await text(), 'a')).toEqual(['larkspur_a 1'])
    expect(of(await text(), 'a')).toEqual(['larkspur_a 2'])
    expect(problems.sort()).toEqual([
      ...Array(2).fill('a reader of metrics did not answer within 10 ms'),
      ...Array(2).fill('a reader of metrics failed'),
    ])
  })

  test('can be removed', async () => {
    const { kernel, text } = registry()
    const counter = kernel.counter({ name: 'reads_total', help: 'Reads.' })
    const remove = kernel.onScrape(() => counter.add())
    expect(of(await text(), 'reads_total')).toEqual(['larkspur_reads_total 1'])
    remove()
    expect(of(await text(), 'reads_total')).toEqual(['larkspur_reads_total 1'])
  })

  test('of the process give memory, processor time and event loop delay', async () => {
    const { kernel, text } = registry()
    const end = declareProcessMetrics(kernel)
    const names = new Set(series(await text()).map((line) => line.split(/[{ ]/)[0]))
    end()
    expect([...names].sort()).toEqual([
      'larkspur_event_loop_delay_seconds',
      'larkspur_process_cpu_seconds_total',
      'larkspur_process_heap_bytes',
      'larkspur_process_resident_memory_bytes',
      'larkspur_process_start_time_seconds',
    ])
  })
})

test('switched off, metrics are declared and checked but nothing is collected', async () => {
  const { kernel, text } = registry({ enabled: false })
  const counter = kernel.counter({ name: 'a_total', help: 'A.', labels: { app: 'app' } })
  counter.add({ app: 'cli_a' })
  kernel.gauge({ name: 'b', help: 'B.' }).set({}, 1)
  kernel.histogram({ name: 'c', help: 'C.', buckets: [1] }).observe({}, 1)
  expect(await text()).toBe('')
  expect(() => kernel.gauge({ name: 'b', help: 'B.' })).toThrow('declared twice')
})
