import { CliError } from '../cli-error.ts'
import type { SandboxApp } from './sandbox-process.ts'

/** A message as the sandbox tells it. */
export interface ChatMessage {
  /** Grows with every message. */
  readonly seq: number
  readonly chatId: string
  readonly sender: { readonly type: 'user' | 'bot'; readonly id: string; readonly name: string }
  readonly messageType: string
  readonly text: string
}

/** What the sandbox answers when somebody has said something. */
export interface SaidMessage {
  readonly messageId: string
  readonly chatId: string
  readonly seq: number
}

/** How long one question for the next message stays open, milliseconds. */
const longPollMs = 20_000

/** The verbs of the sandbox that `larkspur dev` uses, over HTTP (see the README of @larkspur/sandbox). */
export class SandboxControl implements Disposable {
  readonly #url: string
  readonly #closed = new AbortController()

  constructor(url: string) {
    this.#url = url
  }

  /** The apps that there are now, the sandbox's own first. */
  async apps(): Promise<readonly SandboxApp[]> {
    const response = await fetch(`${this.#url}/sandbox`, { signal: this.#closed.signal })
    return ((await response.json()) as { readonly apps: readonly SandboxApp[] }).apps
  }

  /** Makes an app with this id known. */
  addApp(app: { readonly appId: string; readonly name?: string | undefined }): Promise<SandboxApp> {
    return this.#ask('addApp', app)
  }

  /** A user says something to an app's bot. */
  say(user: string, appId: string, text: string): Promise<SaidMessage> {
    return this.#ask('say', { user, to: { appId }, text })
  }

  /** Pushes what no bot has taken yet, without waiting for the platform's next time (15 s after the first). */
  async pushAgain(): Promise<void> {
    await this.#ask('repushNow', {})
  }

  /** Messages of a chat after one, oldest first. */
  messages(chatId: string, afterSeq: number): Promise<readonly ChatMessage[]> {
    return this.#ask('messages', { chatId, afterSeq })
  }

  /** The next message of a bot, in one chat or any; undefined when there is none in time. */
  async nextOfBot(
    afterSeq: number,
    { chatId, timeoutMs = longPollMs }: { readonly chatId?: string; readonly timeoutMs?: number } = {},
  ): Promise<ChatMessage | undefined> {
    const deadline = performance.now() + timeoutMs
    try {
      return await this.#ask('waitForMessage', { chatId, afterSeq, sender: 'bot', timeoutMs })
    } catch (error) {
      if (performance.now() >= deadline - 100) return undefined
      throw error
    }
  }

  /** Ends every open question. */
  [Symbol.dispose](): void {
    this.#closed.abort()
  }

  async #ask<Result>(verb: string, argument: object): Promise<Result> {
    const response = await fetch(`${this.#url}/sandbox/${verb}`, {
      method: 'POST',
      body: JSON.stringify(argument),
      signal: this.#closed.signal,
    })
    const { result, error } = (await response.json()) as { readonly result?: Result; readonly error?: string }
    if (error !== undefined) throw new CliError(`The sandbox refuses ${verb}: ${error}`, 'Correct what it names.')
    return result as Result
  }
}
