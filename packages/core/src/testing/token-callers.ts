// Many callers of one token in a process of their own; token-processes.ts starts it. Arguments: database URL, encryption
// key, origin of the platform, how long a lease is.
import { openDatabase } from '../storage/open-database.ts'
import { silentLog } from './silent-log.ts'
import { storageSettings } from './storage-settings.ts'
import { postOverHttp, tokenPool } from './token-pool.ts'
import { type CallersAnswer, type CallersRound, type DeathStep, tokenOwner } from './token-processes.ts'

const [url = '', encryptionKey = '', platform = '', leaseMs = ''] = process.argv.slice(2)
let dieAt: DeathStep | undefined
const dieIf = (step: DeathStep): void => {
  if (dieAt === step) process.kill(process.pid, 'SIGKILL')
}
const database = await openDatabase(storageSettings(url), { migrations: [], log: silentLog })
const { pool, app } = tokenPool(
  { database, encryptionKey, platform, leaseMs: Number(leaseMs) },
  async (address, body) => {
    dieIf('leased')
    const answer = await postOverHttp(address, body)
    dieIf('answered')
    return answer
  },
)

process.on('message', async ({ kind, callers, refused, ...round }: CallersRound) => {
  dieAt = round.dieAt
  dieIf('before')
  if (refused !== undefined) pool.refused(app, 'tenant', refused)
  const call = async () => (kind === 'tenant' ? pool.token(app, 'tenant') : pool.userToken(tokenOwner))
  const ends = await Promise.allSettled(Array.from({ length: callers }, call))
  dieIf('stored')
  const answer: CallersAnswer = {
    tokens: [...new Set(ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : [])))],
    errors: [...new Set(ends.flatMap((end) => (end.status === 'rejected' ? String(end.reason?.code) : [])))],
  }
  process.send?.(answer)
})
process.on('SIGTERM', async () => {
  await pool[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  process.exit()
})
process.on('disconnect', () => void database[Symbol.asyncDispose]())
process.send?.('ready')
