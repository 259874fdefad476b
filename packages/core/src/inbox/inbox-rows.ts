import type { DeadLetter, DeadLetterFilter, EventKind, InboxCounts } from './inbox-store.ts'

/** An instance that was not seen for so long is gone. */
export const instanceSeenMs = 30_000

/** A dead letter's row, as both databases return it. */
export interface DeadLetterRow {
  readonly seq: number
  readonly app_id: string
  readonly event_key: string
  readonly kind: EventKind
  readonly type: string
  readonly lane: string
  readonly received_at: number
  readonly settled_at: number
  readonly attempts: number
  readonly crashes: number
  readonly error: string | null
}

/** The dead letter of a row. */
export function deadLetter(row: DeadLetterRow): DeadLetter {
  return {
    seq: row.seq,
    appId: row.app_id,
    key: row.event_key,
    kind: row.kind,
    type: row.type,
    lane: row.lane,
    receivedAtMs: row.received_at,
    settledAtMs: row.settled_at,
    attempts: row.attempts,
    crashes: row.crashes,
    error: row.error ?? '',
  }
}

/** How many dead letters a list holds: 50 unless told, at most 500. */
export function listedAtMost({ limit = 50 }: DeadLetterFilter): number {
  return Math.max(0, Math.min(limit ?? 50, 500))
}

/** Events of one app in one state. */
export interface StateCount {
  readonly app_id: string
  readonly state: 'ready' | 'waiting' | 'delayed' | 'dead'
  readonly count: number
  /** Since when the oldest of the ready ones is ready. */
  readonly since: number | null
}

/** One line for each app, in the order of their ids. */
export function sumCounts(rows: readonly StateCount[], now: number): InboxCounts[] {
  const apps = new Map<string, { ready: number; waiting: number; dead: number; oldestReadyMs: number }>()
  for (const { app_id, state, count, since } of rows) {
    const app = apps.get(app_id) ?? { ready: 0, waiting: 0, dead: 0, oldestReadyMs: 0 }
    apps.set(app_id, app)
    // What waits for its due time waits.
    app[state === 'delayed' ? 'waiting' : state] += count
    if (state === 'ready' && since !== null) app.oldestReadyMs = Math.max(0, now - since)
  }
  return [...apps].map(([appId, app]) => ({ appId, ...app })).sort((a, b) => (a.appId < b.appId ? -1 : 1))
}
