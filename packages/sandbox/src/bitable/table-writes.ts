import type { SandboxClock } from '../clock.ts'
import type { SandboxSettings } from '../control.ts'
import { PlatformError } from '../platform-error.ts'

/** Lets one call at a time write to a table, for as long as the setting `tableWriteMs` says. */
export class TableWrites {
  readonly #clock: SandboxClock
  readonly #settings: SandboxSettings
  #busy = new Set<string>()

  constructor(clock: SandboxClock, settings: SandboxSettings) {
    this.#clock = clock
    this.#settings = settings
  }

  /**
   * Runs a write, at the end of its time.
   *
   * @throws PlatformError 1254291 while another call writes to the table
   */
  run<T>(tableId: string, write: () => T): T | Promise<T> {
    const busy = this.#busy
    if (busy.has(tableId)) throw new PlatformError(1254291, tableId)
    const { tableWriteMs } = this.#settings
    if (tableWriteMs === 0) return write()
    busy.add(tableId)
    return new Promise<T>((resolve, reject) => {
      this.#clock.schedule(tableWriteMs, () => {
        busy.delete(tableId)
        try {
          resolve(write())
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  reset(): void {
    this.#busy = new Set()
  }
}
