// node scripts/run.mjs <file> [arguments]: sets the checkout up, then runs <file> under Node 24 or newer.
// The machine's Node when it is new enough, else the packaged one; LARKSPUR_NODE=<path> forces one.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage } from './page.mjs'
import { setup } from './setup.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const oldestMajor = 24

function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version.trim())?.[1] ?? 0)
}

function chooseNode() {
  const asked = process.env.LARKSPUR_NODE
  if (asked) {
    const forced = /[\\/]/.test(asked) ? resolve(asked) : asked // the child starts in the root, a relative path is from here
    const answer = spawnSync(forced, ['--version'], { encoding: 'utf8' })
    if (answer.status !== 0 || majorOf(answer.stdout) === 0)
      fail(`LARKSPUR_NODE is ${asked}, which does not run as a Node. Give the path of a Node binary, or unset it.`)
    if (majorOf(answer.stdout) < oldestMajor)
      fail(`LARKSPUR_NODE is ${asked}, Node ${answer.stdout.trim()}; Larkspur needs ${oldestMajor} or newer.`)
    return forced
  }
  if (majorOf(process.version) >= oldestMajor) return process.execPath
  const packaged = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(packaged))
    fail(
      `Node ${process.version} is too old to run Larkspur and the packaged one is missing. Delete node_modules and try again.`,
    )
  return packaged
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

if (majorOf(process.version) < 20)
  fail(`Node ${process.version} is too old to set Larkspur up; install Node 20 or newer (nodejs.org).`)
const [file, ...rest] = process.argv.slice(2)
if (!file) fail('Usage: node scripts/run.mjs <file> [arguments]')
setup()
const node = chooseNode()
// What shows the page, or tests it.
if (/(?:cli|sandbox)[\\/]src[\\/]main\.ts$|vitest\.mjs$/.test(file)) buildPage(node)

const child = spawn(node, [resolve(root, file), ...rest], { stdio: 'inherit', cwd: root })
child.on('error', (error) => fail(`${node} did not start: ${error.message}`))
// The terminal gives Ctrl-C to the child as well; stay for its exit code.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// SIGTERM sent to npm ends npm's shell and not this process; without this watch the bot would be orphaned.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM')
}, 500).unref()
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
