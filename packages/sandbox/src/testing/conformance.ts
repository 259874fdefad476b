import { readFileSync } from 'node:fs'
import { loadContracts, loadNotModelled } from '../api-contract.ts'

/** An event or callback that the sandbox sends by itself. */
export interface EventContract {
  type: string
  /** Page of the platform's documents. */
  doc: string
  /** The documented leaves of `event`, with dots between the levels. */
  fields: readonly string[]
  /** What the leaves are that are no strings. */
  kinds?: Readonly<Record<string, 'number' | 'boolean'>>
}

/** Fields of every header, and those that events of files have more (docs: event-subscription-guide). */
const headerFields = ['event_id', 'event_type', 'create_time', 'token', 'app_id', 'tenant_key']
const moreHeaderFields = ['resource_id', 'user_list.union_id', 'user_list.user_id', 'user_list.open_id']

/** Their insides are the bot's own or differ with the element that was used. */
const free = ['action.value', 'action.form_value']

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

/** What of an envelope that the sandbox sent is not as documented: fields that nobody names, and values of another kind. */
export function misfits(envelope: { schema: string; header: Record<string, unknown>; event: unknown }): string[] {
  const { schema, header, event } = envelope
  const contract = loadEvents().find(({ type }) => type === header.event_type)
  if (!contract) return [`${header.event_type} has no contract`]
  const { fields, kinds = {} } = contract
  const wrong = schema === '2.0' ? [] : ['schema']
  for (const field of headerFields) if (typeof header[field] !== 'string') wrong.push(`header.${field} is missing`)
  for (const [leaf] of leafValues(header)) {
    if (!headerFields.includes(leaf) && !moreHeaderFields.includes(leaf)) wrong.push(`header.${leaf} is unknown`)
  }
  for (const [leaf, value] of leafValues(event)) {
    if (free.some((part) => leaf === part || leaf.startsWith(`${part}.`))) continue
    if (!fields.includes(leaf)) wrong.push(`${leaf} is unknown`)
    else if (value !== null && typeof value !== (kinds[leaf] ?? 'string')) wrong.push(`${leaf} is a ${typeof value}`)
  }
  return wrong
}

/** The leaves of an event as `fields` names them; what lies in a list counts as in its entries. */
export function leavesOf(value: unknown): string[] {
  return leafValues(value).map(([leaf]) => leaf)
}

function leafValues(value: unknown, path = ''): [leaf: string, value: unknown][] {
  if (Array.isArray(value)) return value.flatMap((entry) => leafValues(entry, path))
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leafValues(inner, path === '' ? key : `${path}.${key}`))
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../contracts/${name}.json`, import.meta.url), 'utf8'))
}
