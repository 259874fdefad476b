import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { makeKeyFile } from './key-file.ts'

const disk = vi.hoisted(() => ({ code: '' }))

// The disk of this machine has hard links.
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  linkSync: () => {
    throw Object.assign(new Error(`${disk.code}: no link`), { code: disk.code })
  },
}))

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-key-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test.each(['EPERM', 'ENOTSUP', 'ENOSYS'])('a key is made once on a disk that answers %s to a hard link', (code) => {
  disk.code = code
  const folder = newFolder()
  const file = join(folder, 'encryption.key')
  const made = makeKeyFile(file)
  expect(made.made).toBe(true)
  expect(makeKeyFile(file)).toEqual({ text: made.text, made: false })
  expect(readFileSync(file, 'utf8')).toBe(`${made.text}\n`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['encryption.key'])
})

test('a disk that fails otherwise is told, and keeps no half of a key', () => {
  disk.code = 'EIO'
  const folder = newFolder()
  expect(() => makeKeyFile(join(folder, 'encryption.key'))).toThrow(/could not be made: EIO/)
  expect(readdirSync(folder)).toEqual([])
})
