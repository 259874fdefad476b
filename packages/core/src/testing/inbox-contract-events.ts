import { afterEach, beforeEach, expect } from 'vitest'
import type { ClaimedLane, InboxStore, Lease, NewEvent, Owner, PutResult, Settlement } from '../inbox/inbox-store.ts'

export const appId = 'cli_00000000000000aa'
export const me: Owner = { id: 'me', leaseMs: 60_000 }
/** Its leases have run out as soon as they are given. */
export const dead: Owner = { id: 'dead', leaseMs: 0 }
export const everything = { appIds: [appId], names: [] }

let made = 0

/** An event of its own. */
export function newEvent(fields: Partial<NewEvent> = {}): NewEvent {
  made++
  return {
    appId,
    key: `event:${made}`,
    kind: 'event',
    type: 'im.message.receive_v1',
    lane: 'chat:oc_1',
    tenantKey: 'tenant',
    body: `{"n":${made}}`,
    ...fields,
  }
}

export function storedResult(result: PutResult): Extract<PutResult, { outcome: 'stored' }> {
  if (result.outcome !== 'stored') return expect.fail('the event was known')
  return result
}

export function leaseOf(result: PutResult): Lease {
  return storedResult(result).lease ?? expect.fail('no lease came with the event')
}

export const done = (seq: number): Settlement => ({ outcome: 'done', seq })
const nothing = { finished: [], results: {} }
export const failed = (seq: number, delayMs = 0): Settlement => ({
  outcome: 'retry',
  seq,
  delayMs,
  error: 'oops',
  ...nothing,
})
export const given = (seq: number): Settlement => ({ outcome: 'dead', seq, error: 'oops', ...nothing })
export const parked = (seq: number, wakeKey: string, waitMs = 60_000, results = {}): Settlement => ({
  outcome: 'waiting',
  seq,
  wakeKey,
  resultKey: 'answer',
  waitMs,
  finished: [],
  results,
})

/** An inbox of its own for each test of a suite. */
export interface ContractInbox {
  readonly store: InboxStore
  claim(owner?: Owner, filter?: { appIds: string[]; names: string[] }, limit?: number): Promise<readonly ClaimedLane[]>
  takeOne(owner?: Owner): Promise<ClaimedLane>
}

/** Opens an inbox before each test and closes it afterwards. */
export function useInbox(open: () => Promise<InboxStore>): ContractInbox {
  let store: InboxStore
  beforeEach(async () => {
    store = await open()
  })
  afterEach(() => store[Symbol.asyncDispose]())
  const claim: ContractInbox['claim'] = (owner = me, filter = everything, limit = 100) =>
    store.claim(owner, filter, limit)
  return {
    get store() {
      return store
    },
    claim,
    takeOne: async (owner = me) => (await claim(owner))[0] ?? expect.fail('no lane was due'),
  }
}

/** The keys of the events of each lane. */
export const keysOf = (lanes: readonly ClaimedLane[]) => lanes.map(({ events }) => events.map(({ key }) => key))
