import { describe, expect, test } from 'vitest'
import type { InboxStore } from '../inbox/inbox-store.ts'
import { useInbox } from './inbox-contract-events.ts'
import { laneContract } from './inbox-lane-contract.ts'
import { modelCheck } from './inbox-model-check.ts'
import { waitContract } from './inbox-wait-contract.ts'

/** The promises of an inbox, on one database. `open` gives an empty inbox that may run events. */
export function inboxStoreContract(name: string, open: () => Promise<InboxStore>): void {
  describe(`the inbox on ${name}`, () => {
    const inbox = useInbox(open)
    laneContract(inbox)
    waitContract(inbox, open)

    test('loses, swaps and repeats nothing in ten thousand events with failures everywhere', async () => {
      const report = await modelCheck(inbox.store, { events: 10_000, lanes: 50, workers: 12, seed: 7 })
      expect(report).toEqual({ done: 10_000, lost: 0, inversions: 0, doneTwice: 0, overlaps: 0 })
    }, 60_000)
  })
}
