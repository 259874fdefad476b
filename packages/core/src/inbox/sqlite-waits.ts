import type { SqliteFile } from '../storage/sqlite.ts'
import { expiredAnswer, laneName } from './event-text.ts'
import type { EventKind } from './inbox-store.ts'

interface ParkedRow {
  readonly seq: number
  readonly app_id: string
  readonly lane: string
  readonly kind: EventKind
  readonly type: string
}

/** Makes the lane of an event that became ready due. */
type AddReady = (appId: string, lane: { lane: string; name: string }, now: number) => void

/** Most delayed events that become ready at once. */
const promotedAtOnce = 500

/** Events that wait: for an answer, for their due time, for a redrive. Runs inside transactions of others. */
export class SqliteWaits {
  readonly #addReady: AddReady
  readonly #statements

  constructor(file: SqliteFile, addReady: AddReady) {
    this.#addReady = addReady
    const parked = 'select seq, app_id, lane, kind, type from larkspur_event'
    const prepare = <Parameters extends unknown[]>(text: string) => file.prepare<Parameters, ParkedRow>(text)
    this.#statements = {
      waitingFor: prepare<[string, string]>(
        `${parked} where app_id = ? and wake_key = ? and state = 'waiting' order by seq`,
      ),
      expired: prepare<[number, number]>(`${parked} where state = 'waiting' and due_at <= ? order by due_at limit ?`),
      due: prepare<[number, number]>(`${parked} where state = 'delayed' and due_at <= ? order by due_at, seq limit ?`),
      dead: prepare<[number]>(`${parked} where seq = ? and state = 'dead'`),
      wake: file.prepare<[string, number, number]>(
        `update larkspur_event set seq = (select max(seq) + 1 from larkspur_event), state = 'ready',
         results = case when results is null then '{' else substr(results, 1, length(results) - 1) || ',' end
           || json_quote(result_key) || ':' || ? || '}',
         due_at = ?, wake_key = null, result_key = null where seq = ?`,
      ),
      ready: file.prepare<[number, number]>(
        `update larkspur_event set seq = (select max(seq) + 1 from larkspur_event), state = 'ready', due_at = ?,
         settled_at = null, attempts = 0, crashes = 0 where seq = ?`,
      ),
      keep: file.prepare<[string, string, string, number]>(
        `insert into larkspur_answer (app_id, wake_key, answer, expires_at) values (?, ?, ?, ?)
         on conflict (app_id, wake_key) do update set answer = excluded.answer, expires_at = excluded.expires_at`,
      ),
      takeKept: file.prepare<[string, string], { answer: string; expires_at: number }>(
        'delete from larkspur_answer where app_id = ? and wake_key = ? returning answer, expires_at',
      ),
    }
  }

  wake(appId: string, wakeKey: string, answer: string, now: number): number {
    const rows = this.#statements.waitingFor.all(appId, wakeKey)
    for (const row of rows) this.#wakeRow(row, answer, now)
    return rows.length
  }

  /** Keeps an answer that nobody waits for yet. */
  keep(appId: string, wakeKey: string, answer: string, expiresAt: number): void {
    this.#statements.keep.run(appId, wakeKey, answer, expiresAt)
  }

  /** Wakes those that wait for a key with the answer that came before them. */
  deliverKept(appId: string, wakeKey: string, now: number): number {
    const kept = this.#statements.takeKept.get(appId, wakeKey)
    return kept && kept.expires_at > now ? this.wake(appId, wakeKey, kept.answer, now) : 0
  }

  wakeExpired(limit: number, now: number): number {
    const rows = this.#statements.expired.all(now, limit)
    for (const row of rows) this.#wakeRow(row, expiredAnswer, now)
    return rows.length
  }

  promoteDelayed(now: number): void {
    for (const row of this.#statements.due.all(now, promotedAtOnce)) this.#makeReady(row, now)
  }

  redrive(seqs: readonly number[], now: number): number {
    let count = 0
    for (const seq of seqs) {
      const row = this.#statements.dead.get(seq)
      if (!row) continue
      this.#makeReady(row, now)
      count++
    }
    return count
  }

  #wakeRow(row: ParkedRow, answer: string, now: number): void {
    this.#statements.wake.run(answer, now, row.seq)
    this.#addReady(row.app_id, { lane: row.lane, name: laneName(row) }, now)
  }

  #makeReady(row: ParkedRow, now: number): void {
    this.#statements.ready.run(now, row.seq)
    this.#addReady(row.app_id, { lane: row.lane, name: laneName(row) }, now)
  }
}
