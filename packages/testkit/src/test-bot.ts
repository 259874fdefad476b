import type { Bot, BotConfig, HandlerFailure, Plugin } from '@larkspur/core'
import type { AddAppOptions, SandboxControl } from '@larkspur/sandbox'
import type { TestGroup, TestUser } from './test-chat.ts'
import type { LogLine } from './test-log.ts'

/** Options of the kernel for a test bot. Its apps are the sandbox's, and metrics are always on. */
export type TestBotConfig<P extends readonly Plugin[]> = Omit<BotConfig<P>, 'apps' | 'metrics'>

/** What `createTestBot` takes: any option of `createBot` but the apps, and these. */
export interface TestBotOptions<P extends readonly Plugin[]> extends TestBotConfig<P> {
  /** Apps of the sandbox, or how many. Default 1. Not beside `sandbox`. */
  readonly apps?: number | readonly AddAppOptions[] | undefined
  /** A sandbox that runs already; it stays open. Default: one for this bot, closed with it. */
  readonly sandbox?: SandboxControl | undefined
  /** Variables that the bot sees as its environment. Default none. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Registers handlers, before the bot starts. */
  readonly setup?: ((bot: Bot<NoInfer<P>>) => unknown) | undefined
  /** Default true. With false the bot is created; `start()` starts it. */
  readonly start?: boolean | undefined
  /** Longest wait of a verb, milliseconds. Default 5000. */
  readonly timeoutMs?: number | undefined
}

/** A bot under test, the platform around it, and the people who talk to it. */
export interface TestBot<P extends readonly Plugin[]> extends AsyncDisposable {
  readonly bot: Bot<P>
  readonly sandbox: SandboxControl
  /** What the bot logged so far, from level debug on. */
  readonly log: readonly LogLine[]
  /** Every failed run so far, oldest first. */
  readonly failures: readonly HandlerFailure[]
  /**
   * A person in the direct chat with the bot; the same object for the same person. `alice` by default; also `linmei`,
   * `zhangwei` and the others of the sandbox, by user id, name or e-mail.
   * @throws Error when the sandbox has no such person or app
   */
  user(name?: string, options?: { readonly appId?: string | undefined }): TestUser
  /** Makes a group with these people (default alice) and the bot. */
  group(options?: {
    readonly name?: string | undefined
    readonly users?: readonly (string | TestUser)[] | undefined
    readonly appId?: string | undefined
  }): Promise<TestGroup>
  /**
   * Resolves when every event that was pushed so far is acknowledged and handled, given up or waiting for an answer.
   * @throws Error after `timeoutMs`, saying what is still open
   */
  settled(): Promise<void>
  /** Starts a bot that was created with `start: false`. */
  start(): Promise<void>
  /** Closes bot and sandbox and removes the database. Safe to call twice. */
  close(): Promise<void>
}
