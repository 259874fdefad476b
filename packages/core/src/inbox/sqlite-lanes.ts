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

type LaneRow = [dueAt: number | null, owner: string | null, fence: number, tail: number]

const known: PutResult = Object.freeze({ outcome: 'known' })
const lost: SettleResult = Object.freeze({ lane: 'lost' })
const released: SettleResult = Object.freeze({ lane: 'released' })

/** What happens to events and lanes inside one transaction of the SQLite inbox. Nothing here begins or commits. */
export class SqliteLanes {
  readonly statements: HotStatements
  readonly waits: SqliteWaits
  readonly #nowMs: () => number
  readonly #dueLanes

  constructor(file: SqliteFile, nowMs: () => number) {
    this.statements = prepareHotStatements(file)
    this.waits = new SqliteWaits(file, (appId, lane, now) => this.#addReady(appId, lane, now))
    this.#nowMs = nowMs
    this.#dueLanes = file.prepare<[number, string, string, number], { app_id: string; lane: string; owner: string }>(
      `select app_id, lane, owner from larkspur_lane where due_at <= ?
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
    const dueAt = owner ? now + owner.leaseMs : now
    if (row === undefined) {
      // The clock as first fence: higher than any that a swept row of this lane had.
      statements.insertLane.run(appId, lane, laneName(event), dueAt, owner?.id ?? null, now)
      return stored(seq, owner && { appId, lane, fence: now, tail: 1, claimedAt }, true)
    }
    const [laneDueAt, laneOwner, laneFence, laneTail] = row
    const tail = laneTail + 1
    if (laneDueAt === null) {
      const fence = owner ? laneFence + 1 : laneFence
      statements.fillLane.run(dueAt, owner?.id ?? null, fence, appId, lane)
      return stored(seq, owner && { appId, lane, fence, tail, claimedAt }, true)
    }
    statements.addToLane.run(appId, lane)
    const held = owner !== undefined && laneOwner === owner.id && laneDueAt > now
    return stored(seq, held ? { appId, lane, fence: laneFence, tail, claimedAt } : undefined, false)
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
    statements.freeLane.run(after === 'yield' ? now : null, lease.appId, lease.lane)
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
      const taken = this.statements.takeLane.get(now + owner.leaseMs, owner.id, row.app_id, row.lane)
      const { fence, tail } = taken as { fence: number; tail: number }
      const lane = this.#read({ appId: row.app_id, lane: row.lane, fence, tail, claimedAt })
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
      this.statements.freeLane.run(null, appId, lane)
      return undefined
    }
    const events = rows.slice(0, eventsPerClaim).map(storedEvent)
    // With a tail that is behind, a release is not one, and what is left in the lane gets read.
    return rows.length > events.length ? { lease: { ...lease, tail: lease.tail - 1 }, events } : { lease, events }
  }

  // An event that became ready late: its lane is due, and whoever holds it learns by the tail.
  #addReady(appId: string, lane: { lane: string; name: string }, now: number): void {
    const row = this.statements.lane.get(appId, lane.lane) as LaneRow | undefined
    if (row === undefined) this.statements.insertLane.run(appId, lane.lane, lane.name, now, null, now)
    else if (row[0] === null) this.statements.fillLane.run(now, null, row[2], appId, lane.lane)
    else this.statements.addToLane.run(appId, lane.lane)
  }
}

function stored(seq: number, lease: Lease | undefined, taken: boolean): PutResult {
  return lease ? { outcome: 'stored', seq, lease, taken } : { outcome: 'stored', seq }
}
