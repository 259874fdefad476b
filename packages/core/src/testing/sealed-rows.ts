import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Kysely } from 'kysely'
import type { KeyRing } from '../credentials/key-ring.ts'
import type { RotationResult } from '../credentials/rotate-keys.ts'
import { seal } from '../credentials/seal.ts'
import { TokenStore } from '../credentials/token-store.ts'
import type { Database } from '../storage/database.ts'
import type { UntypedTables } from '../storage/migrator.ts'
import { silentLog } from './silent-log.ts'

const keyOf = (index: number) => ({ appId: `cli_${index}`, tenantKey: '', userId: '', kind: 'tenant' })

/** Fills the store with `count` tokens of apps `cli_0` and up, good for two hours: `t-0` and up. */
export async function fillTokens(database: Database, ring: KeyRing, count: number): Promise<void> {
  const now = Date.now()
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: Math.min(500, count - from) }, (_, offset) => {
      const { appId, tenantKey, userId, kind } = keyOf(from + offset)
      const bound = { table: 'larkspur_token', appId, tenantKey, userId, kind, generation: 1 }
      return {
        ...{ app_id: appId, tenant_key: tenantKey, user_id: userId, kind, generation: 1 },
        ...{ value: seal(ring, `t-${from + offset}`, bound), key_id: ring.current.id },
        ...{ refreshed_at: now, expires_at: now + 7_200_000 },
      }
    })
    await database.write(async () => {
      await (database.query as Kysely<UntypedTables>).insertInto('larkspur_token').values(rows).execute()
    })
  }
}

/** What reading beside something found. */
export interface Reads {
  readonly done: number
  /** Reads that threw, asked the platform, or gave a wrong token. */
  readonly failed: number
}

/** Reads tokens at random, eight at a time, until `ended` settles; each at least once when it has settled before. */
export async function readWhile(
  database: Database,
  ring: KeyRing,
  count: number,
  ended: Promise<unknown>,
): Promise<Reads> {
  const store = new TokenStore({
    database,
    ring,
    log: silentLog,
    raise: () => {},
    leaseMs: 20_000,
    maskText: (text) => text,
  })
  let over = false
  const end = ended.then(
    () => true,
    () => true,
  )
  void end.then(() => {
    over = true
  })
  let [done, failed] = [0, 0]
  const read = async (index: number): Promise<void> => {
    const asked = () => Promise.reject(new Error('the platform was asked'))
    const value = await store.obtain(keyOf(index), 0, asked).then(
      (token) => token.value,
      () => undefined,
    )
    done += 1
    if (value !== `t-${index}`) failed += 1
  }
  const reader = async (first: number): Promise<void> => {
    for (let index = first; !over || done < count; index = (index + 8) % count) {
      await read(index)
      await new Promise(setImmediate)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, first) => reader(first)))
  return { done, failed }
}

/** A rotation in a process of its own. */
export interface RotationProcess extends AsyncDisposable {
  /** Its result; rejects when it ends without one. */
  readonly ended: Promise<RotationResult>
  /** Resolves after its first step. */
  readonly stepped: Promise<void>
  readonly gone: Promise<unknown>
  kill(): void
}

/** Rotates the keys of a database in another process; the texts of the keys go there by its environment. */
export function rotationInProcess(url: string, keys: string): RotationProcess {
  const program = fileURLToPath(new URL('./rotate-keys-program.ts', import.meta.url))
  const child: ChildProcess = fork(program, [url], { env: { ...process.env, KEYS: keys } })
  const gone = once(child, 'exit')
  const first = Promise.withResolvers<void>()
  const result = Promise.withResolvers<RotationResult>()
  child.on('message', (message: RotationResult | 'step') => {
    if (message === 'step') first.resolve()
    else result.resolve(message)
  })
  void gone.then(() => result.reject(new Error('the rotation ended before its time')))
  result.promise.catch(() => {})
  return {
    ended: result.promise,
    stepped: first.promise,
    gone,
    kill: () => void child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
