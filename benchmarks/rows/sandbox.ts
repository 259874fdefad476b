import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AbsoluteRow, type Bench, type Measure, median } from '../row.ts'

const events = 50_000
const rounds = 5
const starts = 11

/** What the sandbox itself can: events a second to one client that only acknowledges, and its start. */
export const measureSandbox: Measure = async (bench) => {
  const eventsPerSecond = await floods(bench)
  const startMs = await startsUp(bench)
  return [
    atLeast({ name: 'sandbox: events/s to one client', unit: 'events/s', value: eventsPerSecond }, 10_000),
    atMost({ name: 'sandbox: start to ready', unit: 'ms', value: startMs }, 300),
  ]
}

async function floods({ sandbox, progress }: Bench): Promise<number> {
  const [app] = sandbox.apps
  if (!app) throw new Error('The sandbox has no app.')
  const program = fileURLToPath(import.meta.resolve('../clients/frames.ts'))
  const client = spawn(process.execPath, [program, sandbox.url, app.appId, app.appSecret], { stdio: 'inherit' })
  const gone = once(client, 'exit')
  try {
    await sandbox.waitForLinks({ appId: app.appId })
    const measured: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      progress(`sandbox events: round ${round} of ${rounds}`)
      const { eventsPerSecond, unacknowledged } = await sandbox.flood({
        appId: app.appId,
        count: events,
        inFlight: 256,
      })
      if (unacknowledged > 0) throw new Error(`${unacknowledged} events were not acknowledged.`)
      // The first round is for code that has not run yet.
      if (round > 0) measured.push(eventsPerSecond)
    }
    return median(measured)
  } finally {
    client.kill()
    await gone
  }
}

async function startsUp(bench: Bench): Promise<number> {
  const program = fileURLToPath(import.meta.resolve('../../packages/sandbox/dist/main.js'))
  if (!existsSync(program)) throw new Error('packages/sandbox/dist is missing; run npm run build first.')
  const env = { ...process.env, NODE_COMPILE_CACHE: bench.folder() }
  const measured: number[] = []
  // The first two fill the cache of compiled code.
  for (let count = -2; count < starts; count += 1) {
    bench.progress(`sandbox start: ${count + 1} of ${starts}`)
    const startedAt = performance.now()
    const child = spawn(process.execPath, [program, '--port', '0', '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const gone = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), gone])
    if (child.exitCode !== null) throw new Error(`The sandbox ended with code ${child.exitCode} before it was ready.`)
    if (count >= 0) measured.push(performance.now() - startedAt)
    // Not SIGKILL: Node writes its cache of compiled code as the process ends.
    child.kill('SIGTERM')
    await gone
  }
  return median(measured)
}

function atLeast(row: Pick<AbsoluteRow, 'name' | 'unit' | 'value'>, limit: number): AbsoluteRow {
  return { ...row, target: { atLeast: limit }, reached: row.value >= limit }
}

function atMost(row: Pick<AbsoluteRow, 'name' | 'unit' | 'value'>, limit: number): AbsoluteRow {
  return { ...row, target: { atMost: limit }, reached: row.value <= limit }
}
