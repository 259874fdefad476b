// node scripts/find-secrets.ts [file or folder …]: looks for secrets that look real, by default in every tracked file.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import { lineAt, projectFiles, root } from './borders/source-tree.ts'

// What secretlint's rules do not know: the platform's shapes, and JSON web tokens. The first group is the secret.
const shapes: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a platform token', /(?<![\w-])((?:t|a|u|ur)-[A-Za-z0-9_.~-]{28,})/g],
  ['an app secret', /(?:app|client)_?secret\b["'`]?\s*[:=]\s*["'`]?([A-Za-z0-9]{32})\b/gi],
  [
    'an encrypt key or verification token',
    /(?:encrypt_?key|verification_?token)\b["'`]?\s*[:=]\s*["'`]?([A-Za-z0-9]{32,})\b/gi,
  ],
  ['a custom bot address', /\/open-apis\/bot\/v2\/hook\/([0-9a-f]{8}-[0-9a-f-]{27})/g],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\n)*([A-Za-z0-9+/]{40,})/g],
  ['a JSON web token', /\b(eyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,})/g],
]

// Addresses with a user and a password: tests of masking and of proxies cannot do without them.
const madeUpInTests = /basicauth|database-connection/

/** Secrets in a text, one line each, the value itself left out. `path` is only for the message. */
export async function secretProblems(path: string, text: string): Promise<string[]> {
  const own = shapes.flatMap(([what, pattern]) =>
    [...text.matchAll(pattern)]
      .filter(([, value = '']) => !isTestValue(value))
      .map(
        (match) => `${path}:${lineAt(text, match.index)} holds what looks like ${what} (${match[1]?.slice(0, 4)}***)`,
      ),
  )
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext: path.slice(path.lastIndexOf('.')) },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended, options: {} }] },
      noPhysicFilePath: true,
      maskSecrets: true,
    },
  })
  const found = messages.filter(({ ruleId }) => !(path.endsWith('.test.ts') && madeUpInTests.test(ruleId)))
  return [...own, ...found.map(({ loc, message }) => `${path}:${loc.start.line} ${message}`)]
}

/** Secrets in these files; a folder stands for all files in it. Binary files are passed over. */
export async function findSecrets(paths: readonly string[]): Promise<string[]> {
  const files = paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .map((name) => join(path, name))
          .filter((each) => statSync(each).isFile())
      : [path],
  )
  const problems: string[] = []
  for (const file of files) {
    const content = readFileSync(file)
    if (!content.includes(0)) problems.push(...(await secretProblems(relative(root, file), content.toString('utf8'))))
  }
  return problems
}

// Made up for a test or a document: says so, repeats itself, or counts up.
function isTestValue(value: string): boolean {
  return (
    /test|example|sandbox|fake|dummy|secret|sample|placeholder|your|never|wrong|x{4}|\.{3}|abcdef|012345|123456/i.test(
      value,
    ) ||
    new Set(value).size <= 8 ||
    !/\d/.test(value) || // words joined by hyphens
    (!/[A-Z]/.test(value) && value.split('-').length > 3)
  )
}

if (import.meta.main) {
  const asked = process.argv.slice(2)
  const absent = asked.find((path) => !existsSync(path))
  if (absent) throw new Error(`${absent} does not exist`)
  const paths = asked.length > 0 ? asked.map((path) => resolve(path)) : projectFiles().map((path) => join(root, path))
  const problems = await findSecrets(paths)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) {
    console.error(
      'Remove them; a secret that was ever pushed must be revoked. A value made up for a test says so (`test`, `example`).',
    )
    process.exitCode = 1
  } else console.log(`no secrets in ${asked.length > 0 ? asked.join(', ') : `${paths.length} files`}`)
}
