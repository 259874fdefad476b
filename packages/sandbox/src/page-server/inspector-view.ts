import type { CallBodies, CallLog } from '../call-log.ts'
import type { CallbackRecord } from '../callback-log.ts'
import { type Delivery, deliveryAnswer } from '../event-delivery.ts'
import type { PushEngine } from '../push-engine.ts'
import type { CallEntry } from '../records.ts'
import type { InspectorCall, InspectorCallback, InspectorEvent, InspectorRows, NamedIds } from './inspector-records.ts'

/** More of one kind than this are not shown at once. */
const maxRows = 5000
/** So many ids of one kind are told for a row; lists name hundreds. */
const maxIds = 20

/** What passed between the sandbox and its bots, as the inspector shows it. */
export class InspectorView {
  readonly #pushes: PushEngine
  readonly #calls: CallLog

  constructor(pushes: PushEngine, calls: CallLog) {
    this.#pushes = pushes
    this.#calls = calls
  }

  /** The newest rows of each kind, oldest first. */
  rows(): InspectorRows {
    return {
      events: [...this.#pushes.deliveries()].slice(-maxRows).map((delivery) => this.event(delivery)),
      callbacks: this.#pushes.callbackLog.list().map((record) => this.callback(record)),
      calls: this.#calls.list({}).map((call) => this.call(call)),
    }
  }

  event(delivery: Delivery): InspectorEvent {
    return { ...deliveryAnswer(delivery), ...namedIds(delivery.payload.toString()) }
  }

  callback(record: CallbackRecord): InspectorCallback {
    const { payload, response: _response, ...entry } = record
    return { ...entry, ...namedIds(payload.toString()) }
  }

  call(call: CallEntry): InspectorCall {
    const { query, request, response } = this.#calls.bodies(call.seq) ?? {}
    const texts = [call.path, JSON.stringify(query), request?.text, response?.text]
    return { ...call, ...namedIds(texts.join(' ')) }
  }

  /** Header and event as they were pushed. */
  eventBody(eventId: string): unknown {
    for (const { eventId: known, payload } of this.#pushes.deliveries()) {
      if (known === eventId) return JSON.parse(payload.toString())
    }
    throw forgotten(`event ${eventId}`)
  }

  /** What was pushed, and what came back. */
  callbackBody(seq: number): { pushed: unknown; response?: unknown } {
    const record = this.#pushes.callbackLog.list().find((known) => known.seq === seq)
    if (!record) throw forgotten(`callback ${seq}`)
    const { response } = record
    return { pushed: JSON.parse(record.payload.toString()), ...(response !== undefined && { response }) }
  }

  callBodies(seq: number): CallBodies {
    const bodies = this.#calls.bodies(seq)
    if (bodies) return bodies
    throw forgotten(`call ${seq}`)
  }
}

/** The messages and chats that a text names. */
function namedIds(text: string): NamedIds {
  return { messageIds: idsIn(text, /\bom_\w+/g), chatIds: idsIn(text, /\boc_\w+/g) }
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...new Set(text.match(pattern))].slice(0, maxIds)
}

function forgotten(what: string): Error {
  return new Error(`The body of ${what} is not there: it was forgotten, or never kept.`)
}
