// node guard.ts <folder>: stands beside one PostgreSQL server and outlives the process that started it. Standard input carries
// the server's process id, one line for each start; when it ends, for whatever reason (SIGKILL too), the server is stopped and
// its folder removed. So an interrupted test run leaves nothing behind.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, send } from './processes.ts'

const folder = process.argv[2]
if (!folder?.includes('larkspur-postgres-')) throw new Error(`guard.ts removes its folder and refuses ${folder}`)

let server = 0
for await (const line of createInterface({ input: process.stdin })) server = Number(line)

if (server > 0) {
  // SIGQUIT is PostgreSQL's immediate shutdown; unlike SIGKILL it also gives its System V memory segment back.
  send(server, 'SIGQUIT')
  send(server, 'SIGCONT')
  for (let waited = 0; waited < 5_000 && isRunning(server); waited += 20) await sleep(20)
  send(server, 'SIGKILL')
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
