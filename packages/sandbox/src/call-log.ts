import type { QueryValues } from './api-contract.ts'
import type { CallEntry } from './control.ts'
import { BoundedLog } from './retention.ts'

/** All bodies together, in characters; the oldest are forgotten first. */
const maxKept = 32 * 1024 * 1024
/** Of one body; what is longer is cut. */
const maxBody = 64 * 1024

/** What a call carried and what it was answered, for people to look at. */
export interface CallBodies {
  query: QueryValues
  request: CallBody
  /** Absent when a fault took the answer away. */
  response?: CallBody
}

/** A body, cut where it is long. */
export interface CallBody {
  bytes: number
  /** Secrets are masked; absent for images and files. */
  text?: string
}

/** The latest calls to the platform, with masked tokens. */
export class CallLog {
  readonly #log: BoundedLog<CallEntry>
  readonly #limit: number
  readonly #bodies = new Map<number, CallBodies>()
  #kept = 0
  #seq = 0
  /** Told of each call. */
  added: (call: CallEntry) => void = () => {}

  constructor(limit: number) {
    this.#log = new BoundedLog(limit)
    this.#limit = limit
  }

  add(entry: Omit<CallEntry, 'seq'>, bodies?: CallBodies): void {
    this.#seq += 1
    const added = { seq: this.#seq, ...entry }
    this.#log.push(added)
    if (bodies) this.#keep(added.seq, bodies)
    this.added(added)
  }

  list(filter: { appId?: string; api?: string; afterSeq?: number }): CallEntry[] {
    return this.#log.entries().filter((entry) => {
      if (filter.appId !== undefined && entry.appId !== filter.appId) return false
      if (filter.api !== undefined && entry.api !== filter.api) return false
      return entry.seq > (filter.afterSeq ?? 0)
    })
  }

  /** What a call carried; nothing when it was forgotten. */
  bodies(seq: number): CallBodies | undefined {
    return this.#bodies.get(seq)
  }

  reset(): void {
    this.#log.clear()
    this.#bodies.clear()
    this.#kept = 0
  }

  #keep(seq: number, bodies: CallBodies): void {
    this.#bodies.set(seq, bodies)
    this.#kept += sizeOf(bodies)
    if (this.#kept <= maxKept * 1.25 && this.#bodies.size <= this.#limit * 1.25) return
    // In portions: reading the first key of a map after each deletion walks over all the holes.
    for (const [oldest, forgotten] of this.#bodies) {
      if (this.#kept <= maxKept && this.#bodies.size <= this.#limit) break
      this.#bodies.delete(oldest)
      this.#kept -= sizeOf(forgotten)
    }
  }
}

/** A body as it is kept: text with masked secrets, or the size alone. */
export function keptBody(content: string | Buffer, contentType: string): CallBody {
  const bytes = Buffer.byteLength(content)
  if (!/json|text|urlencoded/.test(contentType)) return { bytes }
  const text = typeof content === 'string' ? content : content.toString('utf8', 0, maxBody)
  return { bytes, text: withoutSecrets(text.slice(0, maxBody)) }
}

/** The prefix of a token's type and three characters. */
export function maskedToken(token: string): string {
  const dash = token.indexOf('-')
  return dash > 0 && dash <= 2 ? `${token.slice(0, dash + 4)}***` : '***'
}

const secretNames =
  'app_?secret|client_secret|code_verifier|\\w*access_token|refresh_token|encryption_key|verification_token|password'
const secretField = new RegExp(`"(${secretNames})"\\s*:\\s*"(?:[^"\\\\]|\\\\.)*"?`, 'gi')
const secretFormField = new RegExp(`(^|&)(${secretNames})=[^&"\\s]*`, 'gi')
/** Good for one connection. */
const ticket = /([?&]ticket=)[^"&]*/g

function withoutSecrets(text: string): string {
  return text.replace(secretField, '"$1":"***"').replace(secretFormField, '$1$2=***').replace(ticket, '$1***')
}

// What a call costs beside its bodies is about this much.
function sizeOf({ request, response }: CallBodies): number {
  return 500 + (request.text?.length ?? 0) + (response?.text?.length ?? 0)
}
