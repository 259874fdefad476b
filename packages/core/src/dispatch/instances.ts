import { hash } from 'node:crypto'
import { hostname } from 'node:os'
import type { InstanceShare } from '../api/rate-limits.ts'
import type { InboxStore, Instance } from '../inbox/inbox-store.ts'
import type { KernelMetrics } from '../observe/kernel-metrics.ts'
import type { Log } from '../observe/log.ts'

/** How often an instance shows that it lives. */
const beatMs = 10_000

/** Announces this instance and watches the others: how many there are, and whether they have the same plugins. */
export class Instances {
  readonly #store: InboxStore
  readonly #metrics: KernelMetrics
  readonly #log: Log
  readonly #self: Instance
  readonly #onShare: (share: InstanceShare) => void
  #differing = 0
  #timer: NodeJS.Timeout | undefined

  /** `onShare` hears which part of the platform's limits is this instance's. */
  constructor(
    store: InboxStore,
    metrics: KernelMetrics,
    log: Log,
    id: string,
    pluginNames: readonly string[],
    onShare: (share: InstanceShare) => void,
  ) {
    this.#store = store
    this.#onShare = onShare
    this.#metrics = metrics
    this.#log = log
    const pluginsHash = hash('sha256', [...pluginNames].sort().join('\n')).slice(0, 16)
    this.#self = { id, host: hostname(), pid: process.pid, pluginsHash }
  }

  async start(): Promise<void> {
    await this.#beat()
    this.#timer = setInterval(() => {
      this.#beat().catch((error: unknown) => this.#log.debug('this instance could not be announced', { error }))
    }, beatMs).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#store.leave(this.#self.id).catch(() => {})
    this.#onShare({ instances: 1, index: 0 })
  }

  async #beat(): Promise<void> {
    const all = await this.#store.beat(this.#self)
    const differing = all.filter(({ pluginsHash }) => pluginsHash !== this.#self.pluginsHash)
    const instances = Math.max(1, all.length)
    // All see the same rows, so each finds its own place in the same order.
    this.#onShare({ instances, index: all.filter(({ id }) => id < this.#self.id).length })
    this.#metrics.instances.set({}, instances)
    this.#metrics.instancesWithOtherPlugins.set({}, differing.length)
    if (differing.length > 0 && this.#differing === 0)
      this.#log.warn('another instance has other plugins; events may be handled by only some of the handlers', {
        instances: differing.map(({ host, pid }) => `${host}:${pid}`),
      })
    this.#differing = differing.length
  }
}
