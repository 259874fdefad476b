import type { BotCore, Plugin } from '@larkspur/core'
import type { SandboxControl } from './sandbox-control.ts'

/** Whom a person of the sandbox talks to: the bot of one app. */
export interface ChatPartner {
  readonly control: SandboxControl
  /** Who talks, a user of the sandbox. */
  readonly user: string
  readonly appId: string
  /** Resolves when the bot is done with a message, given by its id, or when the time is up. */
  readonly settled: (messageId: string, timeoutMs: number) => Promise<void>
}

/** Follows which messages a bot is done with: handled, given up or waiting for an answer. */
export function followMessages(bot: BotCore<readonly Plugin[]>): ChatPartner['settled'] {
  const done = new Set<string>()
  const waiting = new Map<string, () => void>()
  const end = ({ key }: { readonly key: string }): void => {
    done.add(key)
    waiting.get(key)?.()
  }
  bot.observe('event:handled', end)
  bot.observe('event:parked', end)
  bot.observe('event:failed', (failed) => {
    if (failed.next === 'dead') end(failed)
  })
  return async (messageId, timeoutMs) => {
    const key = `message:${messageId}`
    if (done.has(key)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.max(0, timeoutMs))
    waiting.set(key, resolve)
    await promise
    clearTimeout(timer)
    waiting.delete(key)
  }
}
