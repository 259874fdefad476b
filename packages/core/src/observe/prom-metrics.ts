import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { coreError } from '../errors/catalogue.ts'
import { checkMetric, type DeclaredMetric, type MetricKind } from './metric-rules.ts'
import type { LabelValues, Metrics } from './metrics.ts'

/** The metrics of one bot. */
export interface MetricsRegistry {
  /** For the kernel: names get the prefix `larkspur_`. */
  readonly kernel: Metrics
  /** For a plugin: names get the prefix `larkspur_<plugin>_`. `dispose` removes everything that it declared. */
  forPlugin(pluginName: string): Metrics & { dispose(): void }
  /** Lets series of an app begin at 0 that was not known at the start. */
  addApp(appId: string): void
  /** How many metrics are declared; a closed plugin leaves none. */
  size(): number
  /** Prometheus' text format. Readers that take longer than 1 s are not waited for; their gauges keep their last value. */
  text(): Promise<string>
  /** `Content-Type` of {@link text}. */
  readonly contentType: string
}

/** What {@link createMetrics} takes. */
export interface MetricsOptions {
  readonly appIds: readonly string[]
  readonly pluginNames: readonly string[]
  readonly enabled: boolean
  /** Told when a reader fails or is too slow. */
  readonly onProblem: (message: string, error?: unknown) => void
  /** Longest wait for a reader, ms; default 1000. */
  readonly readTimeoutMs?: number | undefined
}

type Labels = Readonly<Record<string, LabelValues>>
interface Declared {
  readonly counter: Counter | undefined
  readonly labels: Labels
}

/** Makes the registry of one bot; two bots in one process share nothing. */
export function createMetrics(options: MetricsOptions): MetricsRegistry {
  const { enabled, pluginNames, onProblem, readTimeoutMs = 1000 } = options
  const registry = new Registry()
  const appIds = new Set(options.appIds)
  const declared = new Map<string, Declared>()
  const readers = new Set<() => void | Promise<void>>()

  const valuesOf = (values: LabelValues): readonly string[] => {
    if (values === 'app') return [...appIds]
    return values === 'plugin' ? pluginNames : values
  }
  const seed = ({ counter, labels }: Declared): void => {
    for (const combination of combinations(labels, valuesOf)) counter?.inc(combination, 0)
  }
  // A value outside the closed list would be a new series for ever.
  const close = (labels: Labels, given: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(labels).map(([label, values]) => {
        const value = String(given[label])
        const known = values === 'app' ? appIds.has(value) : valuesOf(values).includes(value)
        return [label, known ? value : 'other']
      }),
    )
  // Made once for each series: metrics are counted several times for every event.
  const closer = <Child>(labels: Labels, childOf: (closed: Record<string, string>) => Child) => {
    const names = Object.keys(labels)
    const children = new Map<string, Child>()
    return (given: Readonly<Record<string, string>>): Child => {
      let key = ''
      for (const name of names) key += `${given[name]}\n`
      const known = children.get(key)
      if (known) return known
      const closed = close(labels, given)
      const child = childOf(closed)
      // A value that became `other` may belong to an app that is added later.
      if (names.every((name) => closed[name] === given[name])) children.set(key, child)
      return child
    }
  }

  const declarer = (prefix: string, names: Set<string>, ownReaders: Set<() => void | Promise<void>>): Metrics => {
    const declare = (kind: MetricKind, definition: DeclaredMetric) => {
      const name = `${prefix}${definition.name}`
      checkMetric(kind, name, definition)
      if (declared.has(name))
        throw coreError('PLUGIN_REGISTRATION_INVALID', { message: `metric ${name} is declared twice` })
      const labels: Labels = definition.labels ?? {}
      const parts = {
        name,
        help: definition.help,
        labelNames: Object.keys(labels),
        registers: enabled ? [registry] : [],
      }
      names.add(name)
      return { name, labels, parts }
    }
    return {
      counter(definition) {
        const { name, labels, parts } = declare('counter', definition)
        const counter = enabled ? new Counter(parts) : undefined
        declared.set(name, { counter, labels })
        seed({ counter, labels })
        if (!counter) return { add: () => {} }
        const series = closer(labels, (closed) => counter.labels(closed))
        return {
          add(...args) {
            const [given = {}, by = 1] = args as readonly [labels?: Readonly<Record<string, string>>, by?: number]
            series(given).inc(by)
          },
        }
      },
      gauge(definition) {
        const { name, labels, parts } = declare('gauge', definition)
        const gauge = enabled ? new Gauge(parts) : undefined
        declared.set(name, { counter: undefined, labels })
        return {
          set: (given, value) => gauge?.set(close(labels, given), value),
          remove: (given) => gauge?.remove(close(labels, given)),
        }
      },
      histogram(definition) {
        const { name, labels, parts } = declare('histogram', definition)
        const histogram = enabled ? new Histogram({ ...parts, buckets: [...definition.buckets] }) : undefined
        declared.set(name, { counter: undefined, labels })
        if (!histogram) return { observe: () => {} }
        const series = closer(labels, (closed) => histogram.labels(closed))
        return { observe: (given, value) => series(given).observe(value) }
      },
      onScrape(read) {
        readers.add(read)
        ownReaders.add(read)
        return () => {
          readers.delete(read)
          ownReaders.delete(read)
        }
      },
    }
  }
  const readAll = async (): Promise<void> => {
    await Promise.all([...readers].map((read) => readOnce(read, readTimeoutMs, onProblem)))
  }

  return {
    kernel: declarer('larkspur_', new Set(), new Set()),
    forPlugin(pluginName) {
      const names = new Set<string>()
      const ownReaders = new Set<() => void | Promise<void>>()
      return {
        ...declarer(`larkspur_${pluginName.replaceAll('-', '_')}_`, names, ownReaders),
        dispose() {
          for (const name of names) {
            registry.removeSingleMetric(name)
            declared.delete(name)
          }
          for (const read of ownReaders) readers.delete(read)
        },
      }
    },
    addApp(appId) {
      appIds.add(appId)
      for (const each of declared.values()) if (Object.values(each.labels).includes('app')) seed(each)
    },
    size: () => declared.size,
    contentType: registry.contentType,
    async text() {
      if (!enabled) return ''
      await readAll()
      return registry.metrics()
    },
  }
}

async function readOnce(
  read: () => void | Promise<void>,
  timeoutMs: number,
  onProblem: MetricsOptions['onProblem'],
): Promise<void> {
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), timeoutMs)
  try {
    const ended = await Promise.race([(async () => read())(), late.promise])
    if (ended === 'late') onProblem(`a reader of metrics did not answer within ${timeoutMs} ms`)
  } catch (error) {
    onProblem('a reader of metrics failed', error)
  } finally {
    clearTimeout(timer)
  }
}

function combinations(labels: Labels, valuesOf: (values: LabelValues) => readonly string[]): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (all, [label, values]) => all.flatMap((each) => valuesOf(values).map((value) => ({ ...each, [label]: value }))),
    [{}],
  )
}
