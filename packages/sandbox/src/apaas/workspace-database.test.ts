import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { afterTest } from '../testing/open-sandbox.ts'

it('says what to install when there is no embedded database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-'))
  afterTest(() => rmSync(folder, { recursive: true }))
  // Far from any node_modules.
  for (const file of ['apaas/workspace-database.ts', 'apaas/sql-worker.ts', 'platform-error.ts']) {
    cpSync(new URL(`../${file}`, import.meta.url), join(folder, file))
  }
  const copied = pathToFileURL(join(folder, 'apaas/workspace-database.ts')).href
  const { WorkspaceDatabase } = (await import(copied)) as typeof import('./workspace-database.ts')
  const database = new WorkspaceDatabase('')
  afterTest(() => database.close())
  const ran = database.run({ user: '', script: 'SELECT 1' })
  await expect(ran).rejects.toThrow('npm install --save-dev @electric-sql/pglite')
})
