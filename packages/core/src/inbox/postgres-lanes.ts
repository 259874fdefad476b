import {
  type EventRow,
  expiredAnswer,
  finishedText,
  laneName,
  resultsText,
  storable,
  storedEvent,
} from './event-text.ts'
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
import type { PostgresConnection } from './postgres-connection.ts'

/** An event on its way into the database. */
export interface Put {
  readonly event: NewEvent
  readonly owner: Owner | undefined
}

/** A settlement on its way into the database. */
export interface Settle {
  readonly lease: Lease
  readonly settlement: Settlement
  readonly after: LaneAfter
}

interface PutRow {
  /** A stored event, its lane afterwards, or a lane as it was before. */
  readonly kind: 'event' | 'lane' | 'before'
  readonly seq: number
  readonly app_id: string
  readonly event_key: string
  readonly lane: string
  readonly state: string
  readonly owner: string | null
  readonly fence: number
  readonly tail: number
  /** `lane`: the lease lasts. `before`: something was ready, or somebody had it. */
  readonly live: boolean
}

const known: PutResult = Object.freeze({ outcome: 'known' })
const lost: SettleResult = Object.freeze({ lane: 'lost' })
const released: SettleResult = Object.freeze({ lane: 'released' })

/** Events and lanes of the PostgreSQL inbox: each function is one statement for the whole group, or a few. */
export class PostgresLanes {
  readonly #connection: PostgresConnection

  constructor(connection: PostgresConnection) {
    this.#connection = connection
  }

  async put(puts: readonly Put[]): Promise<PutResult[]> {
    const first = new Map<string, number>()
    const columns: unknown[][] = Array.from({ length: 11 }, () => [])
    puts.forEach(({ event, owner }, index) => {
      const [appId, key] = [storable(event.appId), storable(event.key)]
      const id = `${appId}\0${key}`
      // The same event twice in one group: the first one is stored.
      if (first.has(id)) return
      first.set(id, index)
      const values = [
        appId,
        key,
        event.kind,
        storable(event.type),
        storable(event.lane),
        laneName(event),
        storable(event.tenantKey),
        storable(event.body),
        event.dueAtMs ?? null,
        owner?.id ?? null,
        owner?.leaseMs ?? null,
      ]
      for (let column = 0; column < values.length; column++) columns[column]?.push(values[column])
    })
    const claimedAt = performance.now()
    const rows = await this.#connection.query<PutRow>('put', columns)
    const results: PutResult[] = puts.map(() => known)
    const idOf = (row: PutRow, name: string) => `${row.app_id}\0${name}`
    const lanes = new Map<string, PutRow>()
    const before = new Map<string, PutRow>()
    const events = new Map<string, PutRow[]>()
    for (const row of rows) {
      const id = idOf(row, row.lane)
      if (row.kind === 'lane') lanes.set(id, row)
      else if (row.kind === 'before') before.set(id, row)
      else {
        results[first.get(idOf(row, row.event_key)) as number] = { outcome: 'stored', seq: row.seq }
        if (row.state !== 'ready') continue
        const added = events.get(id)
        if (added) added.push(row)
        else events.set(id, [row])
      }
    }
    for (const [id, added] of events) {
      const lane = lanes.get(id)
      if (!lane) continue
      // A lane that was made by this statement holds nothing else; one that somebody made meanwhile does.
      const old = before.get(id)
      const taken = lane.owner !== null && (old ? !old.live : lane.tail === added.length)
      added.sort((a, b) => a.seq - b.seq)
      for (const [place, row] of added.entries()) {
        const index = first.get(idOf(row, row.event_key)) as number
        if ((puts[index] as Put).owner?.id !== lane.owner || !(taken || lane.live)) continue
        const tail = lane.tail - added.length + place + 1
        const lease = { appId: row.app_id, lane: row.lane, fence: lane.fence, tail, claimedAt }
        results[index] = { outcome: 'stored', seq: row.seq, lease, taken: taken && place === 0 }
      }
    }
    return results
  }

  async settle(settles: readonly Settle[]): Promise<SettleResult[]> {
    const columns: unknown[][] = Array.from({ length: 13 }, () => [])
    for (const { lease, settlement, after } of settles) {
      const open = settlement.outcome === 'done' ? undefined : settlement
      const waiting = settlement.outcome === 'waiting' ? settlement : undefined
      const values = [
        lease.appId,
        lease.lane,
        lease.fence,
        lease.tail,
        settlement.seq,
        settlement.outcome,
        after,
        settlement.outcome === 'retry' ? settlement.delayMs : (waiting?.waitMs ?? null),
        open && 'error' in open ? storable(open.error) : null,
        open ? finishedText(open.finished) : null,
        open ? resultsText(open.results) : null,
        waiting ? storable(waiting.wakeKey) : null,
        waiting ? storable(waiting.resultKey) : null,
      ]
      for (let column = 0; column < values.length; column++) columns[column]?.push(values[column])
    }
    const rows = await this.#connection.query<{ lost: boolean; released: boolean }>('settle', columns)
    // Parked first and looked afterwards, while an answer is kept first and looks afterwards: one sees the other.
    for (const { lease, settlement } of settles)
      if (settlement.outcome === 'waiting') await this.deliverKept(lease.appId, storable(settlement.wakeKey))
    return rows.map((row, index) => {
      if (row.lost) return lost
      return row.released ? released : { lane: 'held', lease: (settles[index] as Settle).lease }
    })
  }

  async claim(owner: Owner, filter: ClaimFilter, limit: number): Promise<ClaimedLane[]> {
    await this.#connection.query('promoteDelayed', [])
    const claimedAt = performance.now()
    const taken = await this.#connection.query<{ app_id: string; lane: string; fence: number; lost: string | null }>(
      'claim',
      [filter.appIds, filter.names, limit, owner.id, owner.leaseMs],
    )
    if (taken.length === 0) return []
    const crashed = taken.filter((row) => row.lost !== null && row.lost !== owner.id)
    if (crashed.length > 0)
      await this.#connection.change('chargeCrashes', [crashed.map((row) => row.app_id), crashed.map((row) => row.lane)])
    const leases = taken.map(({ app_id, lane, fence }) => ({ appId: app_id, lane, fence, tail: 0, claimedAt }))
    return this.#read(leases)
  }

  async next(lease: Lease): Promise<ClaimedLane | undefined> {
    return (await this.#read([lease]))[0]
  }

  async extend(owner: Owner, leases: readonly Lease[]): Promise<Lease[]> {
    const rows = await this.#connection.query<{ o: number }>('extend', [...columnsOf(leases), owner.id, owner.leaseMs])
    const extended = new Set(rows.map(({ o }) => o))
    return leases.filter((_, index) => !extended.has(index + 1))
  }

  async giveBack(leases: readonly Lease[]): Promise<void> {
    await this.#connection.change('giveBack', columnsOf(leases))
  }

  async wake(appId: string, wakeKey: string, answer: string): Promise<number> {
    return this.#count('wake', [appId, wakeKey, answer])
  }

  /** Keeps an answer; whoever parks on its key meanwhile gets it. Returns how many were woken. */
  async keep(appId: string, wakeKey: string, answer: string, keepMs: number): Promise<number> {
    await this.#connection.change('keepAnswer', [appId, wakeKey, answer, keepMs])
    return this.deliverKept(appId, wakeKey)
  }

  async deliverKept(appId: string, wakeKey: string): Promise<number> {
    return this.#count('deliverKept', [appId, wakeKey])
  }

  async wakeExpired(limit: number): Promise<number> {
    // A process may have died between parking and looking.
    const kept = await this.#connection.query<{ app_id: string; wake_key: string }>('keptAnswers', [limit])
    let woken = 0
    for (const { app_id, wake_key } of kept) woken += await this.deliverKept(app_id, wake_key)
    return woken + (await this.#count('wakeExpired', [limit, expiredAnswer]))
  }

  async redrive(seqs: readonly number[]): Promise<number> {
    return this.#count('redrive', [seqs])
  }

  async #count(name: 'wake' | 'wakeExpired' | 'redrive' | 'deliverKept', values: readonly unknown[]): Promise<number> {
    return (await this.#connection.query<{ count: number }>(name, values))[0]?.count ?? 0
  }

  // In a statement of its own: the one that took the lanes does not see events that were committed while it waited.
  async #read(leases: readonly Lease[]): Promise<ClaimedLane[]> {
    type Row = { o: number; tail: number } & (EventRow | { seq: null })
    const rows = await this.#connection.query<Row>('read', [...columnsOf(leases), eventsPerClaim + 1])
    const lanes: ClaimedLane[] = []
    for (const [o, group] of Map.groupBy(rows, (row) => row.o)) {
      const lease = { ...(leases[o - 1] as Lease), tail: group[0]?.tail ?? 0 }
      const ready = group.filter((row) => row.seq !== null)
      if (ready.length === 0) {
        const { appId, lane, fence, tail } = lease
        const freed = await this.#connection.change('releaseEmpty', [appId, lane, fence, tail])
        if (freed === 0) lanes.push(...(await this.#read([lease])))
        continue
      }
      const events = ready.slice(0, eventsPerClaim).map((row) => storedEvent(row as EventRow))
      // With a tail that is behind, a release is not one, and what is left in the lane gets read.
      lanes.push({ lease: ready.length > events.length ? { ...lease, tail: lease.tail - 1 } : lease, events })
    }
    return lanes
  }
}

function columnsOf(leases: readonly Lease[]): unknown[] {
  return [leases.map(({ appId }) => appId), leases.map(({ lane }) => lane), leases.map(({ fence }) => fence)]
}
