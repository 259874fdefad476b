import { coreError } from '../errors/catalogue.ts'
import type { NewEvent, PutResult, StoredEvent } from '../inbox/inbox-store.ts'

/** The event as it would be read back. */
export function asStored(event: NewEvent, seq: number): StoredEvent {
  return {
    appId: event.appId,
    key: event.key,
    kind: event.kind,
    type: event.type,
    lane: event.lane,
    tenantKey: event.tenantKey,
    body: event.body,
    seq,
    receivedAtMs: Date.now(),
    attempts: 0,
    crashes: 0,
    finished: noFinished,
    results: noResults,
  }
}

const noFinished: readonly string[] = Object.freeze([])
const noResults: Readonly<Record<string, unknown>> = Object.freeze({})

/** A put that answers later than that is not known to have failed; the unique key decides when it is pushed again. */
export function within(timeoutMs: number, put: Promise<PutResult>, key: string): Promise<PutResult> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          coreError('INBOX_UNAVAILABLE', {
            message: `${key} was not stored within ${timeoutMs} ms and is not acknowledged`,
          }),
        ),
      timeoutMs,
    )
    put.then(
      (result) => {
        clearTimeout(timer)
        resolve(result)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
