import { hash } from 'node:crypto'
import { hostname } from 'node:os'
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
  #live = 1
  #differing = 0
  #timer: NodeJS.Timeout | undefined

  constructor(store: InboxStore, metrics: KernelMetrics, log: Log, id: string, pluginNames: readonly string[]) {
    this.#store = store
    this.#metrics = metrics
    this.#log = log
    const pluginsHash = hash('sha256', [...pluginNames].sort().join('\n')).slice(0, 16)
    this.#self = { id, host: hostname(), pid: process.pid, pluginsHash }
  }

  /** How many instances live; limits that the platform sets per app are divided by it. */
  get live(): number {
    return this.#live
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
  }

  async #beat(): Promise<void> {
    const all = await this.#store.beat(this.#self)
    const differing = all.filter(({ pluginsHash }) => pluginsHash !== this.#self.pluginsHash)
    this.#live = Math.max(1, all.length)
    this.#metrics.instances.set({}, this.#live)
    this.#metrics.instancesWithOtherPlugins.set({}, differing.length)
    if (differing.length > 0 && this.#differing === 0)
      this.#log.warn('another instance has other plugins; events may be handled by only some of the handlers', {
        instances: differing.map(({ host, pid }) => `${host}:${pid}`),
      })
    this.#differing = differing.length
  }
}
