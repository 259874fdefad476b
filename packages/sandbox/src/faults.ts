import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { FaultCount, FaultSpec } from './control.ts'
import { endpointApi } from './endpoint.ts'
import type { Routes } from './routes.ts'

/** A fault that is armed. */
export interface ArmedFault extends FaultSpec {
  faultId: string
  /** How often it really happened. */
  happened: number
}

/** Faults on API calls and endpoint discovery, in the order in which they were added. */
export class Faults {
  readonly #faults = new Map<string, ArmedFault>()
  readonly #routes: Routes<unknown>
  #count = 0

  constructor(routes: Routes<unknown>) {
    this.#routes = routes
  }

  /** @throws Error for a fault that no answer could carry, or on an API that there is not */
  add(spec: FaultSpec): string {
    checkFault(spec)
    if (spec.api !== undefined) this.#checkApi(spec.api)
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

  #checkApi(api: string): void {
    const known = [...this.#routes.apis, endpointApi]
    if (known.includes(api)) return
    const [method = '', path = ''] = String(api).split(' ')
    // A path with ids in it leads to the API that is meant.
    const meant = this.#routes.find(method, path)?.api ?? nearest(String(api), known)
    throw new Error(`There is no API ${JSON.stringify(api)}; the nearest is "${meant}".`)
  }
}

const longestDelayMs = 2 ** 31 - 1

const ranges = {
  times: [0, Number.MAX_SAFE_INTEGER],
  status: [200, 599],
  code: [0, Number.MAX_SAFE_INTEGER],
  delayMs: [0, longestDelayMs],
} as const
const drops: readonly unknown[] = [undefined, 'before', 'after', 'midway']
const names = [...Object.keys(ranges), 'api', 'appId', 'msg', 'headers', 'body', 'drop']

function checkFault(spec: FaultSpec): void {
  const unknown = Object.keys(spec).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`A fault has no "${unknown}"; it has ${names.join(', ')}.`)
  for (const name of ['times', 'status', 'code', 'delayMs'] as const) {
    const value = spec[name]
    const [min, max] = ranges[name]
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) continue
    throw new Error(`The fault's "${name}" is a whole number from ${min} to ${max}, received ${JSON.stringify(value)}.`)
  }
  if (!drops.includes(spec.drop)) {
    throw new Error(`The fault's "drop" is before, after or midway, received ${JSON.stringify(spec.drop)}.`)
  }
  for (const [name, value] of Object.entries(spec.headers ?? {})) {
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      throw new Error(`The fault's header ${JSON.stringify(name)} cannot be sent over HTTP.`)
    }
  }
}

/** The name that has most of its start and end in common with what was written. */
function nearest(written: string, names: readonly string[]): string | undefined {
  const likeness = (name: string) => {
    const common = (at: (text: string, index: number) => string | undefined) => {
      let length = 0
      while (length < name.length && at(name, length) === at(written, length)) length += 1
      return length
    }
    const shared = common((text, index) => text[index]) + common((text, index) => text.at(-1 - index))
    return Math.min(shared, name.length) - Math.abs(name.length - written.length)
  }
  return names.toSorted((a, b) => likeness(b) - likeness(a))[0]
}

function isArmed({ times, happened }: ArmedFault): boolean {
  return times === undefined || happened < times
}
