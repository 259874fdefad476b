import type { SqliteFile } from '../storage/sqlite.ts'
import { type EventRow, finishedText, laneName, resultsText, storable, storedEvent } from './event-text.ts'
import {
  type ClaimedLane,
  type ClaimFilter,
  eventsPerClaim,
  type LaneAfter,
  type Lease,
  type NewEvent,
  type Owner,
  type PutResult,
  type Settlement,
  type SettleResult,
} from './inbox-store.ts'
import { type HotStatements, prepareHotStatements } from './sqlite-statements.ts'
import { SqliteWaits } from './sqlite-waits.ts'

type LaneRow = [dueAt: number, owner: string | null, fence: number, tail: number]

interface DueLaneRow {
  readonly app_id: string
  readonly lane: string
  readonly owner: string | null
  readonly tail: number
}

const known: PutResult = Object.freeze({ outcome: 'known' })
const lost: SettleResult = Object.freeze({ lane: 'lost' })
const released: SettleResult = Object.freeze({ lane: 'released' })

/**
 * What happens to events and lanes inside one transaction of the SQLite inbox. Nothing here begins or commits.
 *
 * A lane has a row only while something is ready in it or somebody holds it. So the table stays as small as the work in
 * hand, and a commit rewrites few pages of it.
 */
export class SqliteLanes {
  readonly statements: HotStatements
  readonly waits: SqliteWaits
  readonly #nowMs: () => number
  readonly #dueLanes
  #fence = 0

  constructor(file: SqliteFile, nowMs: () => number) {
    this.statements = prepareHotStatements(file)
    this.waits = new SqliteWaits(file, (appId, lane, now) => this.#addReady(appId, lane, now))
    this.#nowMs = nowMs
    this.#dueLanes = file.prepare<[number, string, string, number], DueLaneRow>(
      `select app_id, lane, owner, tail from larkspur_lane where due_at <= ?
       and app_id in (select value from json_each(?)) and (name = '' or name in (select value from json_each(?)))
       order by due_at limit ?`,
    )
  }

  put(event: NewEvent, owner: Owner | undefined, claimedAt: number): PutResult {
    const { statements } = this
    const now = this.#nowMs()
    const appId = storable(event.appId)
    const lane = storable(event.lane)
    const delayed = event.dueAtMs !== undefined && event.dueAtMs > now
    const { changes, lastInsertRowid } = statements.insertEvent.run(
      appId,
      storable(event.key),
      event.kind,
      storable(event.type),
      lane,
      storable(event.tenantKey),
      delayed ? 'delayed' : 'ready',
      now,
      delayed ? event.dueAtMs : now,
      storable(event.body),
    )
    if (changes === 0) return known
    const seq = lastInsertRowid as number
    if (delayed) return { outcome: 'stored', seq }

    const row = statements.lane.get(appId, lane) as LaneRow | undefined
    if (row === undefined) {
      const fence = this.#nextFence()
      statements.insertLane.run(appId, lane, laneName(event), now + (owner?.leaseMs ?? 0), owner?.id ?? null, fence)
      return stored(seq, owner && { appId, lane, fence, tail: 1, claimedAt }, true)
    }
    const [dueAt, laneOwner, fence, tail] = row
    statements.addToLane.run(appId, lane)
    const held = owner !== undefined && laneOwner === owner.id && dueAt > now
    return stored(seq, held ? { appId, lane, fence, tail: tail + 1, claimedAt } : undefined, false)
  }

  settle(lease: Lease, settlement: Settlement, after: LaneAfter): SettleResult {
    const { statements } = this
    const now = this.#nowMs()
    const row = statements.lane.get(lease.appId, lease.lane) as LaneRow | undefined
    if (row === undefined || row[2] !== lease.fence) return lost
    // Settled before under this fence; the answer got lost. Nothing is counted twice.
    if (row[1] === null) return released
    const { seq } = settlement
    let addedMeanwhile = row[3] !== lease.tail
    switch (settlement.outcome) {
      case 'done':
        statements.done.run(now, seq)
        break
      case 'retry':
        statements.retry.run(
          storable(settlement.error),
          finishedText(settlement.finished),
          resultsText(settlement.results),
          seq,
        )
        statements.freeLane.run(now + settlement.delayMs, lease.appId, lease.lane)
        return released
      case 'dead':
        statements.dead.run(
          now,
          storable(settlement.error),
          finishedText(settlement.finished),
          resultsText(settlement.results),
          seq,
        )
        break
      case 'waiting': {
        const wakeKey = storable(settlement.wakeKey)
        const parked = statements.park.run(
          now + settlement.waitMs,
          wakeKey,
          storable(settlement.resultKey),
          finishedText(settlement.finished),
          resultsText(settlement.results),
          seq,
        )
        if (parked.changes > 0 && this.waits.deliverKept(lease.appId, wakeKey, now) > 0) addedMeanwhile = true
        break
      }
    }
    if (after === 'keep') return { lane: 'held', lease }
    if (after === 'release' && addedMeanwhile) return { lane: 'held', lease }
    if (after === 'yield') statements.freeLane.run(now, lease.appId, lease.lane)
    else statements.dropLane.run(lease.appId, lease.lane)
    return released
  }

  /** Due lanes; those of a dead owner charge a crash. Lanes without ready events are given back. */
  claim(owner: Owner, filter: ClaimFilter, limit: number, claimedAt: number): ClaimedLane[] {
    const now = this.#nowMs()
    this.waits.promoteDelayed(now)
    const rows = this.#dueLanes.all(now, JSON.stringify(filter.appIds), JSON.stringify(filter.names), limit)
    const claimed: ClaimedLane[] = []
    for (const row of rows) {
      if (row.owner !== null && row.owner !== owner.id) this.statements.chargeCrash.run(row.app_id, row.lane)
      const fence = this.#nextFence()
      this.statements.takeLane.run(now + owner.leaseMs, owner.id, fence, row.app_id, row.lane)
      const lane = this.#read({ appId: row.app_id, lane: row.lane, fence, tail: row.tail, claimedAt })
      if (lane) claimed.push(lane)
    }
    return claimed
  }

  next(lease: Lease): ClaimedLane | undefined {
    const row = this.statements.lane.get(lease.appId, lease.lane) as LaneRow | undefined
    if (row === undefined || row[2] !== lease.fence || row[1] === null) return undefined
    return this.#read({ ...lease, tail: row[3] })
  }

  extend(owner: Owner, leases: readonly Lease[]): Lease[] {
    const dueAt = this.#nowMs() + owner.leaseMs
    return leases.filter(
      ({ appId, lane, fence }) => this.statements.extend.run(dueAt, appId, lane, fence, owner.id).changes === 0,
    )
  }

  giveBack(leases: readonly Lease[]): void {
    const now = this.#nowMs()
    for (const { appId, lane, fence } of leases) {
      const row = this.statements.lane.get(appId, lane) as LaneRow | undefined
      if (row && row[2] === fence && row[1] !== null) this.statements.freeLane.run(now, appId, lane)
    }
  }

  #read(lease: Lease): ClaimedLane | undefined {
    const { appId, lane } = lease
    const rows = this.statements.events.all(appId, lane, eventsPerClaim + 1) as EventRow[]
    if (rows.length === 0) {
      this.statements.dropLane.run(appId, lane)
      return undefined
    }
    const events = rows.slice(0, eventsPerClaim).map(storedEvent)
    // With a tail that is behind, a release is not one, and what is left in the lane gets read.
    return rows.length > events.length ? { lease: { ...lease, tail: lease.tail - 1 }, events } : { lease, events }
  }

  // An event that became ready late: its lane is due, and whoever holds it learns by the tail.
  #addReady(appId: string, lane: { lane: string; name: string }, now: number): void {
    const added = this.statements.addToLane.run(appId, lane.lane)
    if (added.changes === 0) this.statements.insertLane.run(appId, lane.lane, lane.name, now, null, this.#nextFence())
  }

  // Only the process that holds the inbox takes lanes, so its own counter does; microseconds, so that it is ahead of
  // the last process's.
  #nextFence(): number {
    this.#fence = Math.max(this.#fence + 1, Date.now() * 1000)
    return this.#fence
  }
}

function stored(seq: number, lease: Lease | undefined, taken: boolean): PutResult {
  return lease ? { outcome: 'stored', seq, lease, taken } : { outcome: 'stored', seq }
}
