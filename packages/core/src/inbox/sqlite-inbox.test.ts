import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, test } from 'vitest'
import { newEvent } from '../testing/inbox-contract-events.ts'
import { inboxStoreContract } from '../testing/inbox-store-contract.ts'
import { silentLog } from '../testing/silent-log.ts'
import { openSqliteInbox } from './sqlite-inbox.ts'

const root = mkdtempSync(join(tmpdir(), 'larkspur-inbox-'))
afterAll(() => rmSync(root, { recursive: true }))

const newFolder = () => mkdtempSync(join(root, 'i-'))
const open = (folder: string, hold = true) => openSqliteInbox({ folder, hold, log: silentLog })
const me = { id: 'me', leaseMs: 60_000 }
const filter = { appIds: [newEvent().appId], names: [] }

inboxStoreContract('SQLite', () => open(newFolder()))

describe('the inbox on SQLite, alone', () => {
  test('is held by one, and names the folder to the second', async () => {
    const folder = newFolder()
    await using _first = await open(folder)
    const second = open(folder)
    await expect(second).rejects.toMatchObject({ code: 'INBOX_IN_USE', message: expect.stringContaining(folder) })
  })

  test('can be held again after it was closed', async () => {
    const folder = newFolder()
    await (await open(folder))[Symbol.asyncDispose]()
    await (await open(folder))[Symbol.asyncDispose]()
  })

  test('takes no lane for one that does not hold it', async () => {
    const folder = newFolder()
    await using holder = await open(folder)
    await using guest = await open(folder, false)
    const event = newEvent()
    const put = await guest.put(event, me)
    expect(put).toEqual({ outcome: 'stored', seq: 1 })
    await expect(guest.claim(me, filter, 10)).rejects.toMatchObject({ code: 'INBOX_IN_USE' })
    expect((await holder.claim(me, filter, 10)).map(({ events }) => events[0]?.key)).toEqual([event.key])
  })

  test('keeps its files from other users', async () => {
    const folder = join(newFolder(), 'new')
    await using store = await open(folder)
    await store.put(newEvent(), me)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const file of ['inbox.db', 'inbox.db-wal', 'inbox.lock'])
      expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600])
  })

  test('says what to do about a broken file and a folder that is none', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'inbox.db'), 'this is not a database, and long enough to be read as one. '.repeat(50))
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
    await expect(open(join(folder, 'inbox.db'))).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' })
  })

  test('loses no acknowledged event by kill -9, frees the lanes at once and charges the crash to what was running', async () => {
    const folder = newFolder()
    const script = join(folder, 'putter.ts')
    const source = JSON.stringify(join(import.meta.dirname, 'sqlite-inbox.ts'))
    writeFileSync(
      script,
      `import { openSqliteInbox } from ${source}
      const log = { warn() {} }
      const store = await openSqliteInbox({ folder: ${JSON.stringify(folder)}, hold: true, log })
      const put = async (n) => {
        const event = { appId: '${newEvent().appId}', key: 'event:' + n, kind: 'event', type: 't', lane: 'lane ' + (n % 5), tenantKey: '', body: '{}' }
        await store.put(event, { id: 'child', leaseMs: 60000 })
        process.stdout.write(event.key + '\\n')
      }
      for (let n = 0; ; n += 16) await Promise.all(Array.from({ length: 16 }, (_, i) => put(n + i)))`,
    )
    const child = spawn(process.execPath, ['--experimental-strip-types', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const acknowledged: string[] = []
    const lines = createInterface(child.stdout)
    lines.on('line', (line) => {
      acknowledged.push(line)
      if (acknowledged.length === 500) child.kill('SIGKILL')
    })
    await Promise.all([once(child, 'exit'), once(lines, 'close')])
    expect(acknowledged.length).toBeGreaterThanOrEqual(500)

    await using store = await open(folder)
    const crashes = (await store.claim(me, filter, 10)).map(({ events }) => events.map((event) => event.crashes))
    expect(crashes).toEqual(Array.from({ length: 5 }, () => [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    const again = await Promise.all(acknowledged.map((key) => store.put(newEvent({ key }), undefined)))
    expect(again.filter(({ outcome }) => outcome !== 'known')).toEqual([])
  })
})
