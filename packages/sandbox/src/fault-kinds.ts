import type { SandboxControl } from './control.ts'

/** A way to go wrong on demand: a verb and an argument that it may be called with. */
export type FaultKind = {
  [V in keyof SandboxControl]: SandboxControl[V] extends (argument: infer A) => Promise<unknown>
    ? { name: string; group: FaultGroup; verb: V; argument: NonNullable<A> }
    : never
}[keyof SandboxControl]

/** What a fault happens to. */
export type FaultGroup = 'call' | 'link' | 'delivery' | 'token' | 'clock'

/** Everything that can go wrong on demand, each with an example; `api`, `appId` and the figures are to be chosen. */
export const faultKinds = [
  { name: 'code', group: 'call', verb: 'addFault', argument: { code: 99991663, times: 1 } },
  { name: 'status', group: 'call', verb: 'addFault', argument: { status: 503, body: 'busy', times: 1 } },
  { name: 'rate-limit', group: 'call', verb: 'addFault', argument: { code: 99991400, times: 1 } },
  { name: 'delay', group: 'call', verb: 'addFault', argument: { delayMs: 5000, times: 1 } },
  { name: 'drop-before', group: 'call', verb: 'addFault', argument: { drop: 'before', times: 1 } },
  { name: 'drop-after', group: 'call', verb: 'addFault', argument: { drop: 'after', times: 1 } },
  { name: 'half-answer', group: 'call', verb: 'addFault', argument: { drop: 'midway', times: 1 } },
  { name: 'uuid-ignored', group: 'call', verb: 'configure', argument: { collapseUuids: false } },
  {
    name: 'endpoint-refused',
    group: 'link',
    verb: 'addFault',
    argument: { api: 'POST /callback/ws/endpoint', code: 1000040343, status: 200, times: 1 },
  },
  { name: 'link-closed', group: 'link', verb: 'dropLinks', argument: { how: 'close' } },
  { name: 'link-ended', group: 'link', verb: 'dropLinks', argument: { how: 'end' } },
  { name: 'link-reset', group: 'link', verb: 'dropLinks', argument: { how: 'reset' } },
  { name: 'link-stalled', group: 'link', verb: 'stallLinks', argument: {} },
  { name: 'link-garbage', group: 'link', verb: 'pushGarbage', argument: { count: 100 } },
  { name: 'no-pong', group: 'link', verb: 'configure', argument: { pong: false } },
  { name: 'late-pong', group: 'link', verb: 'configure', argument: { pongDelayMs: 60_000 } },
  { name: 'muted', group: 'delivery', verb: 'configure', argument: { muteEvents: true } },
  { name: 'duplicates', group: 'delivery', verb: 'configure', argument: { pushCopies: 2 } },
  { name: 'out-of-order', group: 'delivery', verb: 'configure', argument: { reversedBatch: 5 } },
  { name: 'chunks-reversed', group: 'delivery', verb: 'configure', argument: { chunks: 3, chunkOrder: 'reversed' } },
  {
    name: 'chunk-lost',
    group: 'delivery',
    verb: 'configure',
    argument: { chunks: 3, chunkOrder: 'incomplete' },
  },
  { name: 'webhook-skew', group: 'delivery', verb: 'configure', argument: { webhookSkewMs: -3_600_000 } },
  { name: 'short-window', group: 'delivery', verb: 'configure', argument: { ackWindowMs: 50 } },
  { name: 'tokens-void', group: 'token', verb: 'voidTokens', argument: {} },
  { name: 'tokens-short', group: 'token', verb: 'configure', argument: { tokenLifetimeSeconds: 60 } },
  { name: 'clock-jump', group: 'clock', verb: 'setClock', argument: { advanceMs: 3_600_000 } },
  { name: 'clock-back', group: 'clock', verb: 'setClock', argument: { advanceMs: -60_000 } },
  { name: 'clock-fast', group: 'clock', verb: 'setClock', argument: { scale: 60 } },
] as const satisfies readonly FaultKind[]
