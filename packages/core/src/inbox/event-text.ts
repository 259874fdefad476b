import type { EventKind, StoredEvent } from './inbox-store.ts'

/** PostgreSQL's text holds every character but U+0000; both databases store the replacement character for it. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}

/** The lane column `name`: what a claim filters lanes of tasks and ticks by; empty for events and callbacks. */
export function laneName(event: { readonly kind: EventKind; readonly type: string }): string {
  return event.kind === 'task' || event.kind === 'tick' ? storable(event.type) : ''
}

/** Finished handlers as stored; most events have none. */
export function finishedText(finished: readonly string[]): string | null {
  return finished.length === 0 ? null : JSON.stringify(finished)
}

/** Results as stored; never `{}`, so that answers can be added by the database. */
export function resultsText(results: Readonly<Record<string, unknown>>): string | null {
  for (const _ in results) return JSON.stringify(results)
  return null
}

/** An answer as stored. */
export function answerText(answer: unknown): string {
  return JSON.stringify(answer) ?? 'null'
}

/** The answer of a wait whose deadline has passed. */
export const expiredAnswer = '{"expired":true}'

/** An event's row, as both databases return it. */
export interface EventRow {
  readonly seq: number
  readonly app_id: string
  readonly event_key: string
  readonly kind: EventKind
  readonly type: string
  readonly lane: string
  readonly tenant_key: string
  readonly body: string | null
  readonly received_at: number
  readonly attempts: number
  readonly crashes: number
  readonly finished: string | null
  readonly results: string | null
}

/** The columns of {@link EventRow}. */
export const eventColumns =
  'seq, app_id, event_key, kind, type, lane, tenant_key, body, received_at, attempts, crashes, finished, results'

const nothingFinished: readonly string[] = Object.freeze([])
const noResults: Readonly<Record<string, unknown>> = Object.freeze({})

/** The event of a row. */
export function storedEvent(row: EventRow): StoredEvent {
  return {
    seq: row.seq,
    appId: row.app_id,
    key: row.event_key,
    kind: row.kind,
    type: row.type,
    lane: row.lane,
    tenantKey: row.tenant_key,
    body: row.body ?? '',
    receivedAtMs: row.received_at,
    attempts: row.attempts,
    crashes: row.crashes,
    finished: row.finished === null ? nothingFinished : (JSON.parse(row.finished) as string[]),
    results: row.results === null ? noResults : (JSON.parse(row.results) as Record<string, unknown>),
  }
}
