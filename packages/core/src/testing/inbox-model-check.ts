import type { ClaimedLane, InboxStore, Lease, Owner } from '../inbox/inbox-store.ts'

/** What a model check found. */
export interface ModelReport {
  /** Events that were done, however often. */
  readonly done: number
  /** Events that were acknowledged and never done. */
  readonly lost: number
  /** Events done before an earlier one of their lane. */
  readonly inversions: number
  readonly doneTwice: number
  /** Settlements that were accepted from two owners of one lane at once. */
  readonly overlaps: number
}

/** How much a model check does. */
export interface ModelLoad {
  readonly events: number
  readonly lanes: number
  readonly workers: number
  readonly seed: number
}

const appId = 'cli_00000000000000aa'

/**
 * Puts events and runs them by several owners that fail, die and come late at random, and looks at what the store let
 * them do. The same seed makes the same choices, though not the same timing.
 */
export async function modelCheck(store: InboxStore, load: ModelLoad): Promise<ModelReport> {
  const random = randomFrom(load.seed)
  const chance = (share: number) => random() < share
  const doneOf = new Map<string, number[]>(Array.from({ length: load.lanes }, (_, n) => [`lane ${n}`, []]))
  const putOf = new Map<string, number>([...doneOf.keys()].map((lane) => [lane, 0]))
  let accepted = 0
  let doneCount = 0
  let overlaps = 0
  let putting = true

  // One sender for each lane, as the platform sends a chat: the next event goes out when the last one is acknowledged.
  const lanes = [...doneOf.keys()]
  const perLane = load.events / load.lanes
  const ownerOf = (n: number): Owner => ({ id: `owner ${n}`, leaseMs: chance(0.03) ? 0 : 200 })
  const queue: ClaimedLane[] = []
  const runs = new Set<Promise<void>>()

  const settleDone = async (lease: Lease, seq: number, key: string, after: 'keep' | 'release' | 'yield') => {
    const result = await store.settle(lease, { outcome: 'done', seq }, after)
    if (result.lane === 'lost') return result
    const [lane = '', n = ''] = key.split('#')
    doneOf.get(lane)?.push(Number(n))
    doneCount++
    return result
  }

  const run = async (claimed: ClaimedLane): Promise<void> => {
    let lane: ClaimedLane | undefined = claimed
    while (lane) {
      const { lease, events } = lane
      let result: { lane: string } = { lane: 'held' }
      for (const [index, event] of events.entries()) {
        if (chance(0.01)) return // The process dies: nobody settles, and the lease runs out.
        if (chance(0.05)) {
          const settlement = {
            outcome: 'retry',
            seq: event.seq,
            delayMs: 0,
            error: 'x',
            finished: [],
            results: {},
          } as const
          if ((await store.settle(lease, settlement, 'release')).lane === 'held') overlaps++
          return
        }
        if (chance(0.01)) {
          await store.giveBack([lease])
          // Comes late: the lane is somebody else's or nobody's.
          if ((await store.settle(lease, { outcome: 'done', seq: event.seq }, 'release')).lane === 'held') overlaps++
          return
        }
        const last = index === events.length - 1
        result = await settleDone(lease, event.seq, event.key, last ? (chance(0.2) ? 'yield' : 'release') : 'keep')
        if (result.lane !== 'held') return
      }
      lane = await store.next(lease)
    }
  }

  const sender = async (lane: string) => {
    for (let n = 0; n < perLane; n++) {
      const event = { appId, key: `${lane}#${n}`, kind: 'event', type: 't', lane, tenantKey: '', body: '{}' } as const
      const owner = chance(0.5) ? ownerOf(Math.floor(random() * load.workers)) : undefined
      const result = await store.put(event, owner)
      if (result.outcome !== 'stored') continue
      accepted++
      putOf.set(lane, n + 1)
      if (!result.lease || !result.taken) continue
      const stored = { ...event, seq: result.seq, receivedAtMs: 0, attempts: 0, crashes: 0, finished: [], results: {} }
      const running = run({ lease: result.lease, events: [stored] })
      runs.add(running)
      void running.finally(() => runs.delete(running))
      if (chance(0.1)) await store.put(event, owner)
    }
  }

  const worker = async (n: number) => {
    let idle = 0
    while (putting || doneCount < accepted) {
      // The last lanes of the dead are taken by an owner whose claim finds them at once: leases end by the clock.
      const claimed = await store.claim(ownerOf(n), { appIds: [appId], names: [] }, 8)
      queue.push(...claimed)
      const mine = queue.splice(0)
      await Promise.all(mine.map(run))
      idle = mine.length > 0 ? 0 : idle + 1
      if (idle > 1000) return
      if (mine.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  const senders = Promise.all(lanes.map(sender)).then(() => {
    putting = false
  })
  await Promise.all([senders, ...Array.from({ length: load.workers }, (_, n) => worker(n))])
  await Promise.all(runs)

  const numbers = [...doneOf.values()]
  const inversions = numbers.map((list) => list.filter((n, index) => index > 0 && n < (list[index - 1] ?? 0)).length)
  const distinct = numbers.map((list) => new Set(list).size)
  return {
    done: sum(distinct),
    lost: accepted - sum(distinct),
    inversions: sum(inversions),
    doneTwice: sum(numbers.map((list) => list.length)) - sum(distinct),
    overlaps,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

// mulberry32
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
