import { tracingChannel } from 'node:diagnostics_channel'

/** What a tracer sees of an event that is dispatched (channel `larkspur:event`). */
export interface EventTrace {
  readonly appId: string
  readonly key: string
  readonly type: string
  readonly attempt: number
}

/** What a tracer sees of one handler's run (channel `larkspur:handler`). */
export interface HandlerTrace extends EventTrace {
  readonly handler: string
}

/** What a tracer sees of a platform call (channel `larkspur:call`). No query, no body, no token. */
export interface CallTrace {
  readonly appId: string
  readonly method: string
  /** Path template, ids not filled in. */
  readonly path: string
  readonly attempt: number
}

/**
 * `node:diagnostics_channel` tracing channels: subscribe with `tracingChannel('larkspur:event')` and the like, from
 * OpenTelemetry or any other tracer. Without subscribers they cost nothing.
 */
export const traces = {
  event: tracingChannel<unknown, EventTrace>('larkspur:event'),
  handler: tracingChannel<unknown, HandlerTrace>('larkspur:handler'),
  call: tracingChannel<unknown, CallTrace>('larkspur:call'),
} as const
