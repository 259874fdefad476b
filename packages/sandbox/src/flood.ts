import type { SandboxClock } from './clock.ts'
import type { FloodOptions, FloodResult, SandboxSettings } from './control.ts'
import { dataMethod, encodeFrame } from './frame.ts'
import { type RunIds, seededHex } from './ids.ts'
import { untouched } from './im/message-store.ts'
import { receiveEvent } from './im/receive-event.ts'
import type { LongConnection } from './long-connection.ts'
import type { PushEngine } from './push-engine.ts'
import type { AppRecord, Tenant } from './tenant.ts'

interface FloodParts {
  tenant: Tenant
  app: AppRecord
  links: LongConnection
  pushes: PushEngine
  clock: SandboxClock
  ids: RunIds
  settings: SandboxSettings
}

/** A frame whose ids are overwritten in place for each event. */
interface Template {
  bytes: Buffer
  /** Where the running number of 12 hex digits stands: frame id, event id and message id. */
  offsets: readonly number[]
}

const numberDigits = 12

/** Pushes receive events as fast as they are acknowledged, or at a fixed rate. One flood of an app at a time. */
export async function flood(parts: FloodParts, options: FloodOptions): Promise<FloodResult> {
  const { count, inFlight = 64, rate, chats = 16, bytes = 64 } = options
  for (const [name, value] of Object.entries({ count, inFlight, chats })) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`Flood: ${name} must be 1 or more, received ${value}.`)
  }
  if (rate !== undefined && !(rate > 0)) throw new Error(`Flood: rate must be above 0, received ${rate}.`)
  if (parts.pushes.ackHook) throw new Error('Flood: another flood is running; wait for it to end.')
  if (parts.links.of(parts.app.appId).length === 0) {
    throw new Error(`Flood: app ${parts.app.appId} has no link; start the bot first.`)
  }
  // The random beginning and the count at the end: a second flood has other ids than the first.
  const run = parts.ids.hex32()
  const mark = run.slice(0, 12) + run.slice(-8)
  const templates = Array.from({ length: chats }, (_, chat) => makeTemplate(parts, mark, chat, bytes))
  return new FloodRun(parts, templates, mark, count, rate === undefined ? inFlight : undefined, rate).result
}

class FloodRun {
  readonly result: Promise<FloodResult>
  readonly #parts: FloodParts
  readonly #templates: readonly Template[]
  readonly #mark: string
  readonly #count: number
  readonly #inFlight: number | undefined
  readonly #sentAt: Float64Array
  readonly #latencies: Float64Array
  readonly #startedAt = performance.now()
  #sent = 0
  #acked = 0
  #lost = 0
  #oldest = 0
  #lastAckAt = 0
  #resolve: (result: FloodResult) => void = () => {}
  readonly #timers: NodeJS.Timeout[]

  constructor(
    parts: FloodParts,
    templates: readonly Template[],
    mark: string,
    count: number,
    inFlight: number | undefined,
    rate: number | undefined,
  ) {
    this.#parts = parts
    this.#templates = templates
    this.#mark = mark
    this.#count = count
    this.#inFlight = inFlight
    this.#sentAt = new Float64Array(count)
    this.#latencies = new Float64Array(count)
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    parts.pushes.ackHook = (messageId, code) => this.#acknowledged(messageId, code)
    this.#timers = [setInterval(() => this.#sweep(), Math.max(10, parts.settings.ackWindowMs / 10))]
    if (rate !== undefined) this.#timers.push(setInterval(() => this.#sendDue(rate), 1))
    if (inFlight !== undefined) for (let i = 0; i < Math.min(inFlight, count); i += 1) this.#send()
  }

  #sendDue(rate: number): void {
    const due = Math.min(this.#count, Math.floor(((performance.now() - this.#startedAt) / 1000) * rate))
    while (this.#sent < due) this.#send()
  }

  #send(): void {
    const number = this.#sent
    this.#sent += 1
    this.#sentAt[number] = performance.now()
    const template = this.#templates[number % this.#templates.length] as Template
    const bytes = Buffer.from(template.bytes)
    const digits = number.toString(16).padStart(numberDigits, '0')
    for (const offset of template.offsets) bytes.write(digits, offset, 'latin1')
    this.#parts.links.pick(this.#parts.app.appId)?.sendData(bytes)
  }

  #acknowledged(messageId: string, code: number): boolean {
    if (!messageId.startsWith(this.#mark)) return false
    const number = Number.parseInt(messageId.slice(-numberDigits), 16)
    const sentAt = this.#sentAt[number]
    if (!sentAt || sentAt < 0) return true
    this.#sentAt[number] = -1
    this.#lastAckAt = performance.now()
    if (code === 200) {
      this.#latencies[this.#acked] = this.#lastAckAt - sentAt
      this.#acked += 1
    } else this.#lost += 1
    this.#next()
    return true
  }

  // Events are sent in order, so those past their window are found from the oldest on.
  #sweep(): void {
    const limit = performance.now() - this.#parts.settings.ackWindowMs
    while (this.#oldest < this.#sent) {
      const sentAt = this.#sentAt[this.#oldest] as number
      if (sentAt > limit) break
      if (sentAt > 0) {
        this.#sentAt[this.#oldest] = -1
        this.#lost += 1
        this.#next()
      }
      this.#oldest += 1
    }
  }

  #next(): void {
    if (this.#acked + this.#lost === this.#count) this.#end()
    else if (this.#inFlight !== undefined && this.#sent < this.#count) this.#send()
  }

  #end(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#parts.pushes.ackHook = undefined
    const elapsedMs = (this.#lastAckAt || performance.now()) - this.#startedAt
    const sorted = this.#latencies.subarray(0, this.#acked).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    this.#resolve({
      events: this.#acked,
      unacknowledged: this.#lost,
      elapsedMs,
      eventsPerSecond: (this.#acked / elapsedMs) * 1000,
      ackMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    })
  }
}

function makeTemplate(parts: FloodParts, mark: string, chat: number, textBytes: number): Template {
  const { tenant, app, clock } = parts
  const users = [...tenant.users.values()]
  const user = users[chat % users.length] as (typeof users)[number]
  const id = mark + '0'.repeat(numberDigits)
  const now = clock.now()
  const chatRecord = {
    chatId: `oc_${seededHex(32, mark, chat)}`,
    type: 'p2p' as const,
    name: '',
    description: '',
    ownerUserId: undefined,
    userIds: new Set([user.userId]),
    appIds: new Set([app.appId]),
    topicGroup: false,
    readSeqs: new Map<string, number>(),
  }
  const event = receiveEvent(tenant, app, chatRecord, {
    seq: 0,
    messageId: `om_${id}`,
    chatId: chatRecord.chatId,
    sender: { type: 'user', id: user.userId },
    messageType: 'text',
    content: JSON.stringify({ text: 'x'.repeat(textBytes) }),
    sentContent: '',
    mentions: [],
    parentId: undefined,
    rootId: undefined,
    threadId: undefined,
    ...untouched(now),
  })
  const envelope = {
    schema: '2.0',
    header: {
      event_id: id,
      event_type: 'im.message.receive_v1',
      create_time: String(now),
      token: app.verificationToken,
      app_id: app.appId,
      tenant_key: tenant.tenantKey,
    },
    event,
  }
  const headers = [
    ['type', 'event'],
    ['message_id', id],
    ['sum', '1'],
    ['seq', '0'],
    ['trace_id', seededHex(32, mark)],
    ['timestamp', String(now)],
  ] as const
  const payload = Buffer.from(JSON.stringify(envelope))
  const service = parts.links.of(app.appId)[0]?.serviceId ?? 0
  const bytes = encodeFrame({ seqId: now, logId: now, service, method: dataMethod, headers, payload })
  return { bytes, offsets: offsetsOf(bytes, id).map((offset) => offset + id.length - numberDigits) }
}

function offsetsOf(bytes: Buffer, text: string): number[] {
  const offsets: number[] = []
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) offsets.push(at)
  return offsets
}
