import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AbsoluteRow, type Bench, type Measure, median } from '../row.ts'

const mostMs = 500
const runs = 11

/** A short-lived program: from the start of the process to the answer of its first call, token and all, and to its end. */
export const measureScript: Measure = async (bench) => {
  if (!existsSync(fileURLToPath(import.meta.resolve('../../packages/core/dist/index.js'))))
    throw new Error('packages/core/dist is missing; run npm run build first.')
  const [group] = (await bench.sandbox.chats()).filter(({ type }) => type === 'group')
  const rows: AbsoluteRow[] = []
  for (const from of ['dist', 'source'] as const) {
    const cache = bench.folder()
    const folder = bench.folder()
    const measured: { calledMs: number; endedMs: number }[] = []
    // The first run fills the cache of compiled code.
    for (let run = 0; run <= runs; run += 1) {
      bench.progress(`script from ${from}: run ${run} of ${runs}`)
      const times = await runOnce(bench, from, folder, { BENCH_CACHE: cache, BENCH_CHAT: group?.chatId ?? '' })
      if (run > 0) measured.push(times)
    }
    const value = median(measured.map(({ calledMs }) => calledMs))
    // People run what was built; the sources are for those who work on Larkspur.
    const target = from === 'dist' ? { atMost: mostMs } : undefined
    rows.push(
      { name: `script, start to first call (${from})`, unit: 'ms', value, target, reached: target && value <= mostMs },
      {
        ...{ name: `script, first call to its end (${from})`, unit: 'ms', target: undefined, reached: undefined },
        value: median(measured.map(({ calledMs, endedMs }) => endedMs - calledMs)),
      },
    )
  }
  return rows
}

async function runOnce({ sandbox }: Bench, from: string, folder: string, env: Readonly<Record<string, string>>) {
  const [app] = sandbox.apps
  if (!app) throw new Error('The sandbox has no app.')
  const program = fileURLToPath(import.meta.resolve('../start/script.mjs'))
  const startedAt = performance.now()
  const child = fork(program, [sandbox.url, app.appId, app.appSecret, folder, from], {
    env: { ...process.env, ...env },
    execArgv: [],
  })
  const ended = once(child, 'exit')
  const called = once(child, 'message').then(() => performance.now() - startedAt)
  const failed = ended.then(([code]) =>
    code === 0 ? called : Promise.reject(new Error(`The script ended with ${code}.`)),
  )
  const calledMs = await Promise.race([called, failed])
  await ended
  return { calledMs, endedMs: performance.now() - startedAt }
}
