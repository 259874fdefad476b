// Packs the packages as they will be published.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readText, root, type WorkspacePackage } from '../borders/source-tree.ts'

/** One packed package. */
export interface Tarball {
  /** `@larkspur/core` */
  readonly name: string
  /** The .tgz. */
  readonly path: string
  /** Its content, unpacked. */
  readonly folder: string
  readonly packedBytes: number
}

/** Packs one package into `into`, with pnpm, which puts publishConfig and real versions into the manifest. */
export function pack({ name, folder }: WorkspacePackage, into: string): Tarball {
  const { packageManager } = JSON.parse(readText('package.json')) as { packageManager: string }
  const target = join(into, name.replace('@', '').replace('/', '-'))
  mkdirSync(target, { recursive: true })
  run(
    'npm',
    ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', 'pack', '--pack-destination', target],
    join(root, folder),
  )
  const path = join(target, readdirSync(target).find((file) => file.endsWith('.tgz')) ?? '')
  run('tar', ['-xzf', path, '-C', target], target)
  return { name, path, folder: join(target, 'package'), packedBytes: statSync(path).size }
}

/** Runs a program; throws with all of its output when it fails. */
export function run(command: string, arguments_: readonly string[], cwd: string): string {
  const ran = spawnSync(command, arguments_, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (ran.status !== 0)
    throw new Error(
      `${[command, ...arguments_].join(' ')} failed: ${ran.error?.message ?? `${ran.stdout}${ran.stderr}`.trim()}`,
    )
  return ran.stdout
}

/** Paths of all files in a tarball, from its root. */
export function packedFiles({ folder }: Tarball): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

/** Bytes of a tarball, for tools that read it whole. */
export function packedContent({ path }: Tarball): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(path))
}
