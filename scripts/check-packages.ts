// node scripts/check-packages.ts: packs every package and checks what is published, then uses it as a bot author would. Needs npm run build.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, workspacePackages } from './borders/source-tree.ts'
import { checkBotProject, checkConversation } from './packages/consumer.ts'
import { pack, type Tarball } from './packages/tarball.ts'
import { tarballProblems } from './packages/tarball-rules.ts'

const packages = workspacePackages()
const unbuilt = packages.filter(({ folder }) => !existsSync(join(root, folder, 'dist')))
if (unbuilt.length > 0)
  throw new Error(`${unbuilt.map(({ folder }) => folder).join(', ')} has no dist: run npm run build first`)

const work = mkdtempSync(join(realpathSync(tmpdir()), 'larkspur-packages-'))
let failed = false
try {
  const tarballs = packages.map((each) => pack(each, work))
  for (const tarball of tarballs) {
    const problems = await tarballProblems(tarball)
    report(`${tarball.name.padEnd(28)} ${(tarball.packedBytes / 1000).toFixed(0).padStart(4)} kB packed`, problems)
  }
  const named = (name: string): Tarball => {
    const found = tarballs.find((each) => each.name === name)
    if (!found) throw new Error(`there is no package ${name}`)
    return found
  }
  const bot = join(work, 'bot')
  await step('a bot project type-checks, and require() works', () =>
    checkBotProject(bot, [named('@larkspur/core'), named('@larkspur/plugin-messaging')]),
  )
  await step('a bot answers in the sandbox', () =>
    checkConversation(bot, join(work, 'platform'), named('@larkspur/sandbox')),
  )
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

async function step(name: string, check: () => void | Promise<void>): Promise<void> {
  try {
    await check()
    report(name, [])
  } catch (error) {
    report(name, [error instanceof Error ? error.message : String(error)])
  }
}

function report(name: string, problems: readonly string[]): void {
  console.log(`${problems.length > 0 ? 'FAILED' : 'ok    '}  ${name}`)
  for (const problem of problems) console.log(`        ${problem.replaceAll('\n', '\n        ')}`)
  failed ||= problems.length > 0
}
