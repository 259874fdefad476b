// Makes a fresh checkout ready: installs pnpm (through npm exec) and every dependency, Node 24 among them.
// Runs on Node 20 and newer, because it runs before the packaged Node exists.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.setup-stamp')

function manifests() {
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'benchmarks/package.json']
  for (const folder of ['packages', 'examples'])
    for (const name of readdirSync(join(root, folder)).sort()) files.push(`${folder}/${name}/package.json`)
  return files.map((file) => join(root, file)).filter((file) => existsSync(file))
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const file of manifests()) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Installs what the lockfile names; does nothing (a few milliseconds) when nothing changed since the last time. */
export function setup() {
  const wanted = fingerprint()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  process.stderr.write(`Setting up with ${packageManager} (first run, or a manifest changed) …\n`)
  const started = Date.now()
  const install = spawnSync(
    'npm',
    [
      'exec',
      '--yes',
      `--package=${packageManager}`,
      '--',
      'pnpm',
      'install',
      '--frozen-lockfile',
      '--reporter=append-only',
    ],
    { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32', env: { ...process.env, CI: 'true' } },
  )
  if (install.error ?? install.status !== 0) {
    process.stderr.write(
      `Set-up failed: ${install.error?.message ?? `pnpm install ended with code ${install.status}`}.\n` +
        'The lines above say why. Check the network and the npm registry that npm is set to, then run the command again.\n',
    )
    process.exit(1)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, wanted)
  process.stderr.write(`Set up in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`)
}
