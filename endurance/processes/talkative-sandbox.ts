// A sandbox with a bot that acknowledges, for endurance/rows/sandbox-memory.ts: says as much as it is told, answers its heap.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startSandbox } from '../../packages/sandbox/src/index.ts'

const sandbox = await startSandbox()
const [app] = sandbox.apps
if (!app) throw new Error('The sandbox has no app.')
const program = fileURLToPath(import.meta.resolve('../../benchmarks/clients/frames.ts'))
const client = spawn(process.execPath, [program, sandbox.url, app.appId, app.appSecret], { stdio: 'inherit' })
process.on('exit', () => client.kill())
process.on('SIGTERM', () => process.exit(0))
await sandbox.waitForLinks()

const people = sandbox.users.map(({ userId }) => userId)
const atOnce = 500

process.on('message', async (count: number) => {
  for (let said = 0; said < count; said += atOnce) {
    for (let nth = 0; nth < atOnce; nth += 1) {
      await sandbox.say({
        user: people[nth % people.length] ?? '',
        text: `message ${said + nth} of many, of a usual length`,
      })
    }
    await sandbox.waitForDeliveries({ timeoutMs: 30_000 })
  }
  globalThis.gc?.()
  process.send?.(process.memoryUsage().heapUsed)
})
