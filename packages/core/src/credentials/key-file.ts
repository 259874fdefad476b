import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { coreError } from '../errors/catalogue.ts'
import { keyBytes } from './key-ring.ts'

/** A new encryption key: 32 random bytes as base64. */
export function newEncryptionKey(): string {
  return randomBytes(keyBytes).toString('base64')
}

/** The text of a file of keys; undefined when there is none. @throws CONFIG_SECRET_FILE_UNREADABLE */
export function readKeyFile(file: string): string | undefined {
  const unreadable = (why: string, cause?: unknown): Error =>
    coreError('CONFIG_SECRET_FILE_UNREADABLE', { message: `the encryption key ${file} cannot be read: ${why}`, cause })
  let isFile: boolean | undefined
  try {
    isFile = statSync(file, { throwIfNoEntry: false })?.isFile()
    if (isFile) return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return undefined
    throw unreadable(message, cause)
  }
  // A device may never end.
  if (isFile === false) throw unreadable('it is no plain file')
  return undefined
}

/**
 * Writes a new key into a file with mode 0600, in a folder with mode 0700 where that is missing. A file that is there
 * already stays as it is, however many processes try at once.
 *
 * @returns the text of the file, and whether this call made it
 * @throws STORAGE_READ_ONLY, CONFIG_SECRET_FILE_UNREADABLE
 */
export function makeKeyFile(file: string): { readonly text: string; readonly made: boolean } {
  const text = newEncryptionKey()
  // Written aside and linked: whoever comes second finds a whole key, and never replaces one.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    // A relative path in a working directory that was removed would keep Node busy for ever.
    mkdirSync(resolve(dirname(file)), { recursive: true, mode: 0o700 })
    writeNew(draft, text)
    try {
      linkSync(draft, file)
    } catch (cause) {
      if (!noLinks.includes(String((cause as NodeJS.ErrnoException).code))) throw cause
      writeNew(file, text)
    } finally {
      rmSync(draft, { force: true })
    }
    return { text, made: true }
  } catch (cause) {
    const there = (cause as { code?: unknown }).code === 'EEXIST' ? readKeyFile(file) : undefined
    if (there === undefined) {
      const { message } = cause as Error
      throw coreError('STORAGE_READ_ONLY', {
        message: `the encryption key ${file} could not be made: ${message}`,
        cause,
      })
    }
    return { text: there, made: false }
  }
}

/** What file systems without hard links say: FAT, many network drives. There a second process may read half a key, and is refused. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

function writeNew(path: string, text: string): void {
  const opened = openSync(path, 'wx', 0o600)
  try {
    writeSync(opened, `${text}\n`)
    fsyncSync(opened)
  } catch (cause) {
    rmSync(path, { force: true })
    throw cause
  } finally {
    closeSync(opened)
  }
}
