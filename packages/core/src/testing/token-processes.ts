import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Whose tokens the processes call for. */
export const tokenOwner = { appId: 'cli_00000000000000a1', openId: 'ou_alice' } as const

/** Where in a refresh a process ends. `asked`, when the platform has the question, is for the platform to do. */
export type DeathStep = 'before' | 'leased' | 'asked' | 'answered' | 'stored'

/** What callers are to do. */
export interface CallersRound {
  readonly kind: 'tenant' | 'user'
  readonly callers: number
  /** A tenant token that counts as refused first. */
  readonly refused?: string | undefined
  readonly dieAt?: DeathStep | undefined
}

/** Different tokens, and codes of errors. */
export interface CallersAnswer {
  readonly tokens: readonly string[]
  readonly errors: readonly string[]
}

/** A process full of callers. */
export interface TokenProcess extends AsyncDisposable {
  call(round: CallersRound): Promise<CallersAnswer>
  /** Rejects nothing: resolves when the process is gone. */
  readonly gone: Promise<void>
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
}

const program = fileURLToPath(new URL('./token-callers.ts', import.meta.url))

/** Starts a process whose database is migrated already; resolves when it is ready. */
export async function startTokenProcess(settings: {
  readonly url: string
  readonly encryptionKey: string
  readonly platform: string
  readonly leaseMs: number
}): Promise<TokenProcess> {
  const { url, encryptionKey, platform, leaseMs } = settings
  const child: ChildProcess = fork(program, [url, encryptionKey, platform, String(leaseMs)])
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await once(child, 'message')
  return {
    gone,
    kill: (signal) => void child.kill(signal),
    async call(round) {
      const answer = once(child, 'message')
      child.send(round)
      return (await answer)[0] as CallersAnswer
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
