import type { Alarm, Notifier } from './alarm.ts'
import type { EventBus, KernelFacts } from './event-bus.ts'
import type { KernelMetrics } from './kernel-metrics.ts'
import type { Log } from './log.ts'

/** The same alarm of one app reaches people at most once in this time. */
const quietMs = 3_600_000

/** Raises alarms: counted, told on the bus, and carried to people by the notifier when a plugin fills it. */
export class Alarms {
  /** Filled by a plugin (plugin-messaging); without one an alarm is an error in the log. */
  notifier: Notifier | undefined
  readonly #raisedAt = new Map<string, number>()
  readonly #bus: EventBus<KernelFacts>
  readonly #metrics: KernelMetrics
  readonly #log: Log
  readonly #admins: (appId: string | undefined) => readonly string[]

  constructor(parts: {
    readonly bus: EventBus<KernelFacts>
    readonly metrics: KernelMetrics
    readonly log: Log
    /** Open ids of the people of an app; of all apps without one. */
    readonly admins: (appId: string | undefined) => readonly string[]
  }) {
    this.#bus = parts.bus
    this.#metrics = parts.metrics
    this.#log = parts.log
    this.#admins = parts.admins
  }

  /** Raises an alarm. Never throws; a notifier that fails leaves the log line. */
  raise(alarm: Alarm): void {
    this.#metrics.alarmsTotal.add({ severity: alarm.severity })
    this.#bus.emit('alarm', alarm)
    const fields = { alarm: alarm.name, appId: alarm.appId, severity: alarm.severity, action: alarm.action }
    this.#log.error(alarm.message, fields)
    const name = `${alarm.appId ?? ''} ${alarm.name}`
    const last = this.#raisedAt.get(name)
    const now = performance.now()
    if (last !== undefined && now - last < quietMs) return
    const admins = this.#admins(alarm.appId)
    if (!this.notifier || admins.length === 0) return
    this.#raisedAt.set(name, now)
    void this.#deliver(this.notifier, alarm, admins, name)
  }

  async #deliver(notifier: Notifier, alarm: Alarm, admins: readonly string[], name: string): Promise<void> {
    try {
      await notifier.notify(alarm, admins)
    } catch (error) {
      this.#raisedAt.delete(name)
      this.#log.error('an alarm could not be delivered', { alarm: alarm.name, error })
    }
  }
}
