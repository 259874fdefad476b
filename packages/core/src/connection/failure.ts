import type { LarkspurError } from '../errors/larkspur-error.ts'

/** Why there is no link: label `reason` of the metric `connection_failures_total`. */
export const linkFailureReasons = [
  /** The platform could not be reached: DNS, TCP, TLS or proxy. */
  'unreachable',
  /** Endpoint discovery or the handshake took too long. */
  'timeout',
  /** Endpoint discovery answered something that it does not document: HTML, half JSON, an error without a code. */
  'answer',
  /** The platform said that it is busy or failed inside. */
  'busy',
  /** The app has as many links as the platform allows. */
  'limit',
  /** App id or secret are wrong, or the app may not connect. */
  'refused',
  /** The platform named an address that is not its own. */
  'address',
  /** The WebSocket handshake failed. */
  'handshake',
  /** An open link was ended by the platform or the network. */
  'dropped',
  /** An open link fell silent. */
  'silent',
  /** The SDK pinged without pause, after the platform had sent it no usable interval. */
  'ping_storm',
] as const

/** One of {@link linkFailureReasons}. */
export type LinkFailureReason = (typeof linkFailureReasons)[number]

/** An attempt that gave no link. */
export interface LinkFailure {
  readonly reason: LinkFailureReason
  /** CONNECTION_FAILED, CONNECTION_LIMIT or CONNECTION_REFUSED. */
  readonly error: LarkspurError
}
