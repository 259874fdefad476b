import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Bench, type Measure, ratioRow, rounds } from '../row.ts'

const restMs = 3000

/** From the start of the process to the open link, and the memory of the process once it rests. */
export const measureStart: Measure = async (bench) => {
  if (!existsSync(fileURLToPath(import.meta.resolve('../../packages/core/dist/index.js'))))
    throw new Error('packages/core/dist is missing; run npm run build first.')
  const cache = bench.folder()
  const folder = bench.folder()
  const started = async (kind: 'larkspur' | 'sdk', atRest: boolean): Promise<number> => {
    const startedAt = performance.now()
    const child = start(bench, kind, folder, cache)
    try {
      await message(child)
      const tookMs = performance.now() - startedAt
      if (!atRest) return tookMs
      await sleep(restMs)
      child.send('memory')
      return (await message(child)) as number
    } finally {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
    }
  }
  const sides = (atRest: boolean) => ({
    Larkspur: () => started('larkspur', atRest),
    SDK: () => started('sdk', atRest),
  })
  // The first run fills the cache of compiled code.
  await rounds(bench, 'start, warm-up', 2, sides(false))
  const start11 = await rounds(bench, 'start', 11, sides(false))
  const memory = await rounds(bench, 'memory at rest', 3, sides(true))
  return [
    ratioRow({ name: 'start to linked', unit: 'ms', target: { atMost: 1.6 } }, start11, 'Larkspur', 'SDK'),
    ratioRow({ name: 'memory at rest', unit: 'MB', target: { atMost: 1.3 } }, memory, 'Larkspur', 'SDK'),
  ]
}

function start({ sandbox }: Bench, kind: 'larkspur' | 'sdk', folder: string, cache: string): ChildProcess {
  const app = sandbox.apps[kind === 'sdk' ? 1 : 0]
  if (!app) throw new Error('The sandbox has too few apps.')
  const program = fileURLToPath(import.meta.resolve(`../start/${kind}.mjs`))
  const env = { ...process.env, BENCH_CACHE: cache }
  return fork(program, [sandbox.url, app.appId, app.appSecret, folder], { env, execArgv: [] })
}

async function message(child: ChildProcess): Promise<unknown> {
  const gone = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`The process ended with code ${code}.`))),
  )
  return (await Promise.race([once(child, 'message'), gone]))[0]
}
