import type { SandboxReady } from './sandbox-process.ts'

/** What `larkspur dev` tells the process of the bot. */
export type ToBot =
  /** The sandbox is there: start. */
  | { readonly kind: 'ready'; readonly ready: SandboxReady }
  /** Finish what is being done, then end. */
  | { readonly kind: 'close' }

/** What the process of the bot tells `larkspur dev`. */
export type FromBot =
  | { readonly kind: 'started'; readonly appId: string }
  /** A handler failed, an alarm was raised. */
  | { readonly kind: 'note'; readonly text: string }
  /** It did not start; the error is ready for the terminal. */
  | { readonly kind: 'failed'; readonly block: string }
