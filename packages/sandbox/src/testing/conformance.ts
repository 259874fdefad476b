import { readFileSync } from 'node:fs'
import { loadContracts, loadNotModelled } from '../api-contract.ts'

/** An event or callback that the sandbox sends by itself. */
export interface EventContract {
  type: string
  /** Page of the platform's documents. */
  doc: string
  /** The documented leaves of `event`, with dots between the levels. */
  fields: readonly string[]
}

interface Rule {
  rule: string
  basis: 'documented' | 'observed' | 'guessed'
  source?: string
}

/** The documented structures of the events that the sandbox sends. */
export function loadEvents(): readonly EventContract[] {
  return readData('events') as EventContract[]
}

/** The page that says what is modelled and how far it can be trusted. */
export function conformancePage(): string {
  const apis = loadContracts().map(({ method, path, tokens, doc }) => {
    return `| ${method} ${path} | ${tokens.join(', ') || 'none'} | documented | ${doc} |`
  })
  const events = loadEvents().map(({ type, doc }) => `| ${type} | documented | ${doc} |`)
  const rules = (readData('rules') as Rule[]).map(
    ({ rule, basis, source = '' }) => `| ${rule} | ${basis} | ${source} |`,
  )
  return `# Conformance of the sandbox

Made from \`contracts/*.json\` by \`src/conformance.test.ts\` (\`vitest -u\` writes it anew). Sources are pages of
open.feishu.cn/document unless they say otherwise. "Documented" APIs are checked against their documented parameters, tokens and
HTTP statuses; of their codes the sandbox answers those in the README.

## APIs

${apis.length} modelled; ${loadNotModelled().length} more are known and answer HTTP 501.

| API | tokens | basis | source |
|---|---|---|---|
${apis.join('\n')}

## Events and callbacks

| type | basis | source |
|---|---|---|
${events.join('\n')}

## Rules

| rule | basis | source |
|---|---|---|
${rules.join('\n')}
`
}

/** The leaves of an event as `fields` names them; what lies in a list counts as in its entries. */
export function leavesOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leavesOf(entry, path))
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`))
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../contracts/${name}.json`, import.meta.url), 'utf8'))
}
