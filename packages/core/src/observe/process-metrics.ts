import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

const quantiles = { '0.5': 50, '0.99': 99 } as const

/**
 * Declares the metrics of the process: memory, processor time, event loop. Own ones, because prom-client's break the
 * rules for names and cannot be ended with their bot. Returns what ends the measuring.
 */
export function declareProcessMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const memory = metrics.gauge({ name: 'process_resident_memory_bytes', help: 'Memory of the process.' })
  const heap = metrics.gauge({ name: 'process_heap_bytes', help: 'Memory of JavaScript objects.' })
  const started = metrics.gauge({ name: 'process_start_time_seconds', help: 'Start of the process, Unix time.' })
  const processor = metrics.counter({ name: 'process_cpu_seconds_total', help: 'Processor time of the process.' })
  const loop = metrics.gauge({
    name: 'event_loop_delay_seconds',
    help: 'How late timers run, since the last scrape.',
    labels: { share: Object.keys(quantiles) },
  })
  let counted = 0
  metrics.onScrape(() => {
    const { rss, heapUsed } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const seconds = (user + system) / 1e6
    memory.set({}, rss)
    heap.set({}, heapUsed)
    started.set({}, performance.timeOrigin / 1000)
    processor.add({}, seconds - counted)
    counted = seconds
    for (const [share, percentile] of Object.entries(quantiles))
      loop.set({ share }, Number.isFinite(delay.mean) ? delay.percentile(percentile) / 1e9 : 0)
    delay.reset()
  })
  return () => delay.disable()
}
