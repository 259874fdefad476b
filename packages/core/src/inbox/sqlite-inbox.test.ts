import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { inboxStoreContract } from '../testing/inbox-store-contract.ts'
import { silentLog } from '../testing/silent-log.ts'
import { openSqliteInbox } from './sqlite-inbox.ts'

const root = mkdtempSync(join(tmpdir(), 'larkspur-inbox-'))
afterAll(() => rmSync(root, { recursive: true }))

inboxStoreContract('SQLite', () =>
  openSqliteInbox({ folder: mkdtempSync(join(root, 'i-')), hold: true, log: silentLog }),
)
