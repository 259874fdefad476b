/** One option that can be set by a text: where it stands, and how a text for it is read. */
export interface Setting {
  /** `['http', 'monitorPort']` */
  readonly path: readonly string[]
  /** Types of JSON Schema: `string`, `integer`, `boolean`, `array` …; empty when unknown. */
  readonly types: readonly string[]
  readonly description: string
  readonly default?: unknown
  readonly choices?: readonly unknown[] | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly unit?: string | undefined
  /** Masked everywhere, and readable from a file named by `<variable>_FILE`. */
  readonly secret: boolean
  /** Words for a default that is found at start. */
  readonly computed?: string | undefined
  /** Other environment variables that set it, after its own. */
  readonly variables: readonly string[]
}

/** The part of JSON Schema that is looked at. */
interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly anyOf?: readonly SchemaNode[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly unit?: string
  readonly secret?: boolean
  readonly computed?: string
  readonly variables?: readonly string[]
}

/** The scalar options, and lists, of a JSON Schema; objects are walked into. */
export function settingsOf(schema: unknown, path: readonly string[] = []): Setting[] {
  const { properties = {} } = schema as SchemaNode
  return Object.entries(properties).flatMap(([name, node]) =>
    node.properties ? settingsOf(node, [...path, name]) : [settingOf(node, [...path, name])],
  )
}

function settingOf(node: SchemaNode, path: readonly string[]): Setting {
  return {
    path,
    types: [node, ...(node.anyOf ?? [])].flatMap(({ type }) => type ?? []),
    description: node.description ?? '',
    default: node.default,
    choices: node.enum,
    // The safe integers are what zod writes for a whole number without limits.
    minimum: node.minimum === Number.MIN_SAFE_INTEGER ? undefined : node.minimum,
    maximum: node.maximum === Number.MAX_SAFE_INTEGER ? undefined : node.maximum,
    unit: node.unit,
    secret: node.secret ?? false,
    computed: node.computed,
    variables: node.variables ?? [],
  }
}

/** `LARKSPUR_HTTP_MONITOR_PORT` for `http.monitorPort`; a plugin's path begins with its name. */
export function variableOf(path: readonly string[]): string {
  const words = path.map((part) => part.replaceAll('-', '_').replace(/([a-z0-9])([A-Z])/g, '$1_$2'))
  return `LARKSPUR_${words.join('_').toUpperCase()}`
}

/**
 * The value that a text stands for: numbers, `true`/`false`/`1`/`0`, JSON for lists and objects. A text that does not fit
 * stays a text, for the schema to refuse. Without a known type it is read as JSON only where it can be nothing else.
 */
export function readText(text: string, types: readonly string[]): unknown {
  const numeric = /^-?\d+(\.\d+)?$/.test(text.trim())
  const flag = { true: true, '1': true, false: false, '0': false }[text.trim().toLowerCase()]
  if (types.includes('string')) return text
  if (types.includes('boolean') && flag !== undefined) return flag
  if ((types.includes('number') || types.includes('integer')) && numeric) return Number(text)
  if (types.includes('array') && !text.trim().startsWith('[')) return text.split(',').map((part) => part.trim())
  if (types.includes('array') || types.includes('object')) {
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  }
  return text
}
