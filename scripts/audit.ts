// node scripts/audit.ts: asks the advisory service about every installed version. Fails on high or critical with a fix available.
// A service that cannot be reached does not fail a developer's run; LARKSPUR_AUDIT=required (the build server) makes it fail.
import { spawnSync } from 'node:child_process'
import { readText, root } from './borders/source-tree.ts'

interface Advisory {
  readonly module_name: string
  readonly severity: string
  readonly title: string
  readonly url: string
  readonly patched_versions?: string | null
  readonly vulnerable_versions: string
}

/** What one answer of `pnpm audit --json` means. */
export type AuditResult =
  | { readonly state: 'checked'; readonly failing: readonly string[]; readonly others: number }
  | { readonly state: 'not checked'; readonly reason: string }

/** Reads the answer. High and critical advisories that a newer version fixes fail; the others are counted. */
export function readAudit(output: string): AuditResult {
  let answer: { advisories?: Record<string, Advisory>; error?: { code?: string; message?: string } }
  try {
    answer = JSON.parse(output) as typeof answer
  } catch {
    return {
      state: 'not checked',
      reason:
        output
          .replace(/^npm warn .*$/gm, '')
          .replace(/[\s│×]+/g, ' ')
          .trim()
          .slice(0, 200) || 'pnpm audit gave no answer',
    }
  }
  if (!answer.advisories)
    return {
      state: 'not checked',
      reason: answer.error?.message ?? answer.error?.code ?? 'the answer has no advisories',
    }
  const advisories = Object.values(answer.advisories)
  const failing = advisories.filter(
    ({ severity, patched_versions }) => /^(high|critical)$/.test(severity) && hasFix(patched_versions),
  )
  return {
    state: 'checked',
    failing: failing.map(
      (each) =>
        `${each.severity}: ${each.module_name} ${each.vulnerable_versions}: ${each.title}; fixed in ${each.patched_versions} (${each.url})`,
    ),
    others: advisories.length - failing.length,
  }
}

// Advisories without a fix give null, older services `<0.0.0`.
function hasFix(versions: string | null | undefined): boolean {
  return Boolean(versions) && versions !== '<0.0.0'
}

if (import.meta.main) {
  const { packageManager } = JSON.parse(readText('package.json')) as { packageManager: string }
  const asked = spawnSync('npm', ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', 'audit', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64_000_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const result = asked.error
    ? ({ state: 'not checked', reason: asked.error.message } as const)
    : readAudit(asked.stdout.trim() || asked.stderr)
  if (result.state === 'not checked') {
    console.log(`audit: not checked (${result.reason})`)
    process.exitCode = process.env.LARKSPUR_AUDIT === 'required' ? 1 : 0
  } else {
    for (const line of result.failing) console.error(line)
    console.log(`audit: ${result.failing.length} to repair, ${result.others} other`)
    process.exitCode = result.failing.length > 0 ? 1 : 0
  }
}
