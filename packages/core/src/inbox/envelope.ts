import { coreError } from '../errors/catalogue.ts'

/** Header of an event's envelope, as the platform sent it. */
export interface EventHeader {
  readonly event_id: string
  readonly event_type: string
  /** Milliseconds since 1970 as a string (callbacks: microseconds; events of schema 1.0: seconds with a fraction). */
  readonly create_time: string
  readonly app_id: string
  readonly tenant_key: string
}

/** An event as it arrived, taken apart. The header is read from the raw envelope, which no body field can shadow. */
export interface Envelope {
  readonly type: string
  /** De-duplication key: `message:<message_id>` for messages, else `event:<event_id>`. */
  readonly key: string
  /** What it is ordered by: its chat, else the object it names, else itself. */
  readonly lane: string
  readonly header: EventHeader
  readonly body: Readonly<Record<string, unknown>>
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads an envelope of schema 2.0 or 1.0 (open.feishu.cn docs: event-subscription-guide).
 * @throws INBOX_ENVELOPE_INVALID
 */
export function readEnvelope(raw: unknown): Envelope {
  const fields = object(raw)
  const body = object(fields?.event)
  if (!fields || !body) throw invalid('no `event` object')
  const header = fields.header === undefined ? headerOfSchema1(fields, body) : headerOfSchema2(fields)
  const key = eventKey(header, body)
  return { type: header.event_type, key, lane: laneOf(body, key), header, body }
}

function headerOfSchema2(fields: Fields): EventHeader {
  const header = object(fields.header)
  if (!header) throw invalid('no `header` object')
  return {
    event_id: required(header, 'event_id'),
    event_type: required(header, 'event_type'),
    create_time: text(header.create_time),
    app_id: required(header, 'app_id'),
    tenant_key: text(header.tenant_key),
  }
}

function headerOfSchema1(fields: Fields, body: Fields): EventHeader {
  return {
    event_id: required(fields, 'uuid'),
    event_type: required(body, 'type'),
    create_time: text(fields.ts),
    app_id: required(body, 'app_id'),
    tenant_key: text(body.tenant_key),
  }
}

function eventKey(header: EventHeader, body: Fields): string {
  // One message may come with several event ids; message_id is what the platform says to de-duplicate by.
  if (header.event_type === 'im.message.receive_v1') {
    const messageId = text(object(body.message)?.message_id)
    if (messageId) return `message:${messageId}`
  }
  return `event:${header.event_id}`
}

/** Fields that name what an event is about, most specific order first. */
const objectFields = [
  ['chat_id', 'chat'],
  ['open_chat_id', 'chat'],
  ['file_token', 'file'],
  ['workspace', 'workspace'],
  ['calendar_id', 'calendar'],
  ['task_id', 'task'],
  ['meeting_id', 'meeting'],
  ['instance_code', 'approval'],
] as const

function laneOf(body: Fields, key: string): string {
  for (const holder of [object(body.message), body, object(body.context)]) {
    if (!holder) continue
    for (const [field, prefix] of objectFields) {
      const value = text(holder[field])
      if (value) return `${prefix}:${value}`
    }
  }
  const named = object(body.object)
  // A department carries a leader's user id too, so the department comes first.
  const department = text(named?.open_department_id)
  if (department) return `department:${department}`
  const user = text(named?.open_id)
  if (user) return `user:${user}`
  const messageId = text(body.message_id)
  if (messageId) return `message:${messageId}`
  return key
}

function object(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function required(fields: Fields, name: string): string {
  const value = text(fields[name])
  if (value === '') throw invalid(`no \`${name}\``)
  return value
}

function invalid(what: string): Error {
  return coreError('INBOX_ENVELOPE_INVALID', { message: `an event arrived whose envelope has ${what}` })
}
