import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const module = pathToFileURL(join(import.meta.dirname, 'config-file.ts')).href

// In a Node.js of its own: the test runner translates TypeScript more generously than Node.js does.
function load(files: Record<string, string>): { code: string; hint: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'larkspur-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
    const script = `
      const { loadConfigFile } = await import(${JSON.stringify(module)})
      const error = await loadConfigFile({ cwd: ${JSON.stringify(cwd)} }).catch((error) => error)
      console.log(JSON.stringify({ code: error.code, hint: error.hint }))`
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }))
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

test.each([
  [
    'an enum',
    { 'bot.config.ts': 'enum Colour { Red }\nexport default { environment: String(Colour.Red) }' },
    /as const/,
  ],
  ['JSX', { 'bot.config.ts': 'export default { page: <p>hello</p> }' }, /JSX/],
  [
    'an import of a .tsx file',
    { 'bot.config.ts': 'import { a } from "./a.tsx"\nexport default { a }', 'a.tsx': 'export const a = 1' },
    /JSX/,
  ],
  [
    'an import without ending',
    { 'bot.config.ts': 'import { a } from "./a"\nexport default { a }', 'a.ts': 'export const a = 1' },
    /ending/,
  ],
])('%s in bot.config.ts gives a hint', (_, files, words) => {
  const { code, hint } = load(files)
  expect(code).toBe('CONFIG_FILE_BROKEN')
  expect(hint).toMatch(words)
})
