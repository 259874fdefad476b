import type { ScheduledTask } from './clock.ts'
import type { SandboxDelivery, SandboxPush } from './records.ts'

/** An event on its way to one app. */
export interface Delivery {
  readonly eventId: string
  readonly eventType: string
  readonly appId: string
  readonly createTimeMs: number
  /** JSON with header and event. */
  readonly payload: Buffer
  state: SandboxDelivery['state']
  acks: number
  lateAcks: number
  readonly pushes: SandboxPush[]
  /** The push whose window is open, and since when in real time. */
  live: { messageId: string; startedAt: number } | undefined
  window: NodeJS.Timeout | undefined
  repush: ScheduledTask | undefined
}

/** Writes down how the newest push of a delivery ended. */
export function endPush(delivery: Delivery, outcome: SandboxPush['outcome']): void {
  clearTimeout(delivery.window)
  const push = delivery.pushes.at(-1)
  if (push && delivery.live) {
    push.outcome = outcome
    push.elapsedMs = performance.now() - delivery.live.startedAt
  }
  delivery.live = undefined
}

/** A delivery as the control API tells it. */
export function deliveryAnswer(delivery: Delivery): SandboxDelivery {
  const { eventId, eventType, appId, createTimeMs, state, acks, lateAcks, repush } = delivery
  const pushes = delivery.pushes.map((push) => ({ ...push }))
  const failures = pushes.flatMap(({ outcome }) => (outcome === 'acked' || outcome === 'pending' ? [] : [outcome]))
  return {
    eventId,
    eventType,
    appId,
    createTimeMs,
    state,
    attempts: pushes.length,
    acks,
    lateAcks,
    failures,
    pushes,
    ...(repush && { nextPushAtMs: repush.dueAtMs }),
  }
}
