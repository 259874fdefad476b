import type { CallBodies } from '../call-log.ts'
import type { CallbackEntry, CallEntry, SandboxDelivery } from '../records.ts'

export type { CallBodies }

/** What a row of the inspector names, so that it can be found from a message or chat. */
export interface NamedIds {
  messageIds: readonly string[]
  chatIds: readonly string[]
}

/** An event with what became of it. */
export type InspectorEvent = SandboxDelivery & NamedIds

/** A callback with how it ended. */
export type InspectorCallback = CallbackEntry & NamedIds

/** A call of a bot. */
export type InspectorCall = CallEntry & NamedIds

/** Everything that the inspector starts with, oldest first. */
export interface InspectorRows {
  events: readonly InspectorEvent[]
  callbacks: readonly InspectorCallback[]
  calls: readonly InspectorCall[]
}
