// npm run build: emits packages/*/dist, what is published, from nothing, so that a file deleted from src leaves dist too.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, workspacePackages } from './borders/source-tree.ts'

interface Published {
  bin?: Record<string, string>
  publishConfig?: { bin?: Record<string, string>; exports?: Record<string, string | Record<string, string>> }
}

const packages = workspacePackages()
for (const { folder } of packages) rmSync(join(root, folder, 'dist'), { recursive: true, force: true })

const started = performance.now()
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { cwd: root, stdio: 'inherit' })
// Of no use once published, and the next build starts from nothing anyway.
for (const { folder } of packages) rmSync(join(root, folder, 'dist', '.tsbuildinfo'), { force: true })
const problems =
  compiled.status === 0
    ? packages.flatMap(({ folder, manifest }) => missing(folder, manifest as Published))
    : ['tsc -b failed']
const vite = ['packages/sandbox/node_modules/vite/bin/vite.js', 'build', 'packages/sandbox/page', '--logLevel', 'error']
const page = spawnSync(process.execPath, vite, { cwd: root, stdio: 'inherit' })
if (page.status !== 0) problems.push('vite build packages/sandbox/page failed')
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`built ${packages.length} packages in ${((performance.now() - started) / 1000).toFixed(1)} s`)

// What package.json will promise once published must be there, and commands must be programs.
function missing(folder: string, { bin, publishConfig }: Published): string[] {
  const exported = Object.values(publishConfig?.exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? target : Object.values(target),
  )
  const bins = Object.values(publishConfig?.bin ?? {})
  const found: string[] = []
  if (bin && bins.length === 0)
    found.push(`${folder}/package.json has a bin but no publishConfig.bin that names its file in dist`)
  for (const target of [...exported, ...bins])
    if (!existsSync(join(root, folder, target)))
      found.push(
        `${folder}/package.json publishes ${target}, which the build did not make; is the package in tsconfig.json's references?`,
      )
  for (const target of bins) {
    const file = join(root, folder, target)
    if (!existsSync(file)) continue
    if (!readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node\n'))
      found.push(`${folder}: the source of ${target} must start with #!/usr/bin/env node`)
    chmodSync(file, 0o755)
  }
  return found
}
