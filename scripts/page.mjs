// Builds the sandbox's page into packages/sandbox/dist/page, unless what lies there is newer than its sources.
// Runs on Node 20 like the set-up; the build itself runs under the Node that is given.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sandbox = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages', 'sandbox')
const sources = join(sandbox, 'page')
// What cards mean is the same on the page and in the sandbox.
const shared = join(sandbox, 'src', 'im')
// So are the lists of what can go wrong.
const sharedFiles = ['fault-kinds.ts', 'settings.ts'].map((name) => join(sandbox, 'src', name))
const built = join(sandbox, 'dist', 'page', 'index.html')

/** Answers whether the page is there now. A page that cannot be built stops nobody: the sandbox works without. */
export function buildPage(node) {
  if (existsSync(built) && statSync(built).mtimeMs >= newest()) return true
  process.stderr.write('Building the page of the sandbox …\n')
  const vite = join(sandbox, 'node_modules', 'vite', 'bin', 'vite.js')
  const build = spawnSync(node, [vite, 'build', sources, '--logLevel', 'error'], {
    cwd: sandbox,
    stdio: ['ignore', 2, 2],
  })
  if (!build.error && build.status === 0) return true
  process.stderr.write('The page could not be built; the lines above say why. The sandbox runs without it.\n')
  return false
}

function newest() {
  // Folders too: a file that was deleted leaves its trace in theirs.
  const paths = [sources, shared].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  )
  return Math.max(...[join(sandbox, 'package.json'), ...sharedFiles, ...paths].map((path) => statSync(path).mtimeMs))
}
