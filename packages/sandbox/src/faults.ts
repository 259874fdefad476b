import type { FaultCount, FaultSpec } from './control.ts'

/** A fault that is armed. */
export interface ArmedFault extends FaultSpec {
  faultId: string
  /** How often it really happened. */
  happened: number
}

/** Faults on API calls and endpoint discovery, in the order in which they were added. */
export class Faults {
  readonly #faults = new Map<string, ArmedFault>()
  #count = 0

  add(spec: FaultSpec): string {
    this.#count += 1
    const faultId = `fault-${this.#count}`
    this.#faults.set(faultId, { ...spec, faultId, happened: 0 })
    return faultId
  }

  /** The first armed fault for this call; it counts as happened from here on. */
  take(api: string, appId: string | undefined): ArmedFault | undefined {
    for (const fault of this.#faults.values()) {
      if (fault.api !== undefined && fault.api !== api) continue
      if (fault.appId !== undefined && fault.appId !== appId) continue
      if (!isArmed(fault)) continue
      fault.happened += 1
      return fault
    }
    return undefined
  }

  /** Disarms one fault or all; the counts of disarmed faults are kept. */
  clear(faultId?: string): void {
    for (const fault of this.#faults.values()) {
      if (faultId === undefined || fault.faultId === faultId) fault.times = fault.happened
    }
  }

  counts(): FaultCount[] {
    return [...this.#faults.values()].map((fault) => ({ ...fault, armed: isArmed(fault) }))
  }

  reset(): void {
    this.#faults.clear()
  }
}

function isArmed({ times, happened }: ArmedFault): boolean {
  return times === undefined || happened < times
}
