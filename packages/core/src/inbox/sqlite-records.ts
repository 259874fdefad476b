import type { SqliteFile } from '../storage/sqlite.ts'
import { storable } from './event-text.ts'
import {
  type DeadLetterRow,
  deadLetter,
  instanceSeenMs,
  listedAtMost,
  type StateCount,
  sumCounts,
} from './inbox-rows.ts'
import type { DeadLetter, DeadLetterFilter, InboxCounts, InboxRetention, Instance } from './inbox-store.ts'

/** What the SQLite inbox keeps besides the work itself: counts, dead letters, effects, instances, retention. */
export class SqliteRecords {
  readonly #file: SqliteFile
  readonly #statements

  constructor(file: SqliteFile) {
    this.#file = file
    const sweepEvents = (state: string) =>
      file.prepare<[number, number]>(
        `delete from larkspur_event where seq in (select seq from larkspur_event
         where state = '${state}' and settled_at < ? order by settled_at limit ?)`,
      )
    this.#statements = {
      due: file.prepare<[number]>('select 1 from larkspur_lane where due_at <= ? limit 1'),
      delayed: file.prepare<[number]>("select 1 from larkspur_event where state = 'delayed' and due_at <= ? limit 1"),
      counts: file.prepare<[], StateCount>(
        `select c.app_id, c.state, c.count, (select due_at from larkspur_event where seq = c.first) as since from (
           select app_id, 'ready' as state, count(*) as count, min(seq) as first from larkspur_event
             where state = 'ready' group by app_id
           union all select app_id, 'waiting', count(*), null from larkspur_event where state = 'waiting' group by app_id
           union all select app_id, 'delayed', count(*), null from larkspur_event where state = 'delayed' group by app_id
           union all select app_id, 'dead', count(*), null from larkspur_event where state = 'dead' group by app_id) c`,
      ),
      claimEffect: file.prepare<[string, string, number]>(
        `insert into larkspur_effect (app_id, effect_key, claimed_at) values (?, ?, ?)
         on conflict (app_id, effect_key) do nothing`,
      ),
      beat: file.prepare<[string, string, number, string, number]>(
        `insert into larkspur_instance (id, host, pid, machine, plugins_hash, seen_at) values (?, ?, ?, '', ?, ?)
         on conflict (id) do update set plugins_hash = excluded.plugins_hash, seen_at = excluded.seen_at`,
      ),
      forget: file.prepare<[number]>('delete from larkspur_instance where seen_at <= ?'),
      instances: file.prepare<[], Instance>(
        'select id, host, pid, plugins_hash as "pluginsHash" from larkspur_instance order by id',
      ),
      leave: file.prepare<[string]>('delete from larkspur_instance where id = ?'),
      heldLanes: file.prepare<[], { app_id: string; lane: string }>(
        'select app_id, lane from larkspur_lane where owner is not null',
      ),
      chargeCrash: file.prepare<[string, string]>(
        `update larkspur_event set crashes = crashes + 1 where seq =
         (select min(seq) from larkspur_event where app_id = ? and lane = ? and state = 'ready')`,
      ),
      freeAll: file.prepare<[number]>('update larkspur_lane set owner = null, due_at = ? where owner is not null'),
      sweepDone: sweepEvents('done'),
      sweepDead: sweepEvents('dead'),
      sweepEffects: file.prepare<[number, number]>(
        `delete from larkspur_effect where (app_id, effect_key) in (select app_id, effect_key from larkspur_effect
         where claimed_at < ? order by claimed_at limit ?)`,
      ),
      sweepAnswers: file.prepare<[number]>('delete from larkspur_answer where expires_at <= ?'),
      ping: file.prepare('select 1 from larkspur_lane limit 1'),
    }
  }

  anythingDue(now: number): boolean {
    return this.#statements.due.get(now) !== undefined || this.#statements.delayed.get(now) !== undefined
  }

  /** Makes the lanes of a process that is no more due at once, and charges its crash. */
  freeAllLanes(now: number): void {
    for (const { app_id, lane } of this.#statements.heldLanes.all()) this.#statements.chargeCrash.run(app_id, lane)
    this.#statements.freeAll.run(now)
  }

  counts(now: number): InboxCounts[] {
    return sumCounts(this.#statements.counts.all(), now)
  }

  claimEffect(appId: string, key: string, now: number): boolean {
    return this.#statements.claimEffect.run(appId, key, now).changes > 0
  }

  beat({ id, host, pid, pluginsHash }: Instance, now: number): Instance[] {
    this.#statements.forget.run(now - instanceSeenMs)
    this.#statements.beat.run(id, host, pid, pluginsHash, now)
    return this.#statements.instances.all()
  }

  leave(instanceId: string): void {
    this.#statements.leave.run(instanceId)
  }

  deadLetters(filter: DeadLetterFilter): DeadLetter[] {
    const conditions = ["state = 'dead'"]
    const parameters: (string | number)[] = []
    const where = (condition: string, value: string | number | undefined) => {
      if (value === undefined) return
      conditions.push(condition)
      parameters.push(value)
    }
    where('app_id = ?', filter.appId === undefined ? undefined : storable(filter.appId))
    where('type = ?', filter.type === undefined ? undefined : storable(filter.type))
    where('seq < ?', filter.before)
    parameters.push(listedAtMost(filter))
    return this.#file
      .prepare<unknown[], DeadLetterRow>(
        `select seq, app_id, event_key, kind, type, lane, received_at, settled_at, attempts, crashes, error
         from larkspur_event where ${conditions.join(' and ')} order by seq desc limit ?`,
      )
      .all(...parameters)
      .map(deadLetter)
  }

  /** Deletes at most `limit` rows. */
  sweep({ doneMs, deadMs }: InboxRetention, now: number, limit: number): number {
    const { sweepDone, sweepDead, sweepEffects, sweepAnswers } = this.#statements
    let deleted = sweepDone.run(now - doneMs, limit).changes
    if (deleted < limit) deleted += sweepDead.run(now - deadMs, limit - deleted).changes
    // A dead letter that is redriven must not repeat what it did, so effects live as long.
    if (deleted < limit) deleted += sweepEffects.run(now - deadMs, limit - deleted).changes
    sweepAnswers.run(now)
    return deleted
  }

  ping(): void {
    this.#statements.ping.get()
  }
}
