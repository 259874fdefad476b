import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Row } from '../row.ts'

const messages = 1_000_000
const megabyte = 1024 * 1024

/** People say a million things to a bot that acknowledges; what the sandbox holds grows no more once its retention is full. */
export const sandboxMemoryRow: Row = {
  id: 'S1',
  name: `heap of the sandbox after ${messages.toLocaleString('en')} messages, against half as many`,
  unit: '%',
  target: { atMost: 110 },
  async run({ log }) {
    await using sandbox = startSandbox()
    const half = await sandbox.say(messages / 2)
    log(`${Math.round(half / megabyte)} MB after ${messages / 2} messages`)
    const whole = await sandbox.say(messages / 2)
    log(`${Math.round(whole / megabyte)} MB after ${messages} messages`)
    return Math.round((whole / half) * 100)
  },
}

interface SandboxProcess extends AsyncDisposable {
  /** Lets people say so much; answers the bytes of heap in use afterwards. */
  say(count: number): Promise<number>
}

function startSandbox(): SandboxProcess {
  const child = fork(new URL('../processes/talkative-sandbox.ts', import.meta.url), { execArgv: ['--expose-gc'] })
  return {
    say: async (count) => {
      child.send(count)
      return answer(child)
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

async function answer(child: ChildProcess): Promise<number> {
  const gone = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`The sandbox ended with code ${code}.`))),
  )
  const [bytes] = await Promise.race([once(child, 'message'), gone])
  return Number(bytes)
}
