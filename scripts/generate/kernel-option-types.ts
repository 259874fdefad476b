// Makes the types of the kernel's options from their schema, so that hovers tell the default and the variable.
import { kernelOptionsJsonSchema } from '../../packages/core/src/config/kernel-options.ts'
import { type Setting, settingsOf, variableOf } from '../../packages/core/src/config/settings.ts'

interface Group {
  readonly name: string
  readonly description: string
  readonly settings: readonly Setting[]
}

/** The options, those at the root first, then group by group. */
export function optionGroups(): Group[] {
  const schema = kernelOptionsJsonSchema() as {
    properties: Record<string, { description: string; properties?: object }>
  }
  const settings = settingsOf(schema)
  const named = Object.entries(schema.properties)
    .filter(([, { properties }]) => properties)
    .map(([name, { description }]) => ({
      name,
      description,
      settings: settings.filter(({ path }) => path[0] === name && path.length > 1),
    }))
  return [{ name: '', description: '', settings: settings.filter(({ path }) => path.length === 1) }, ...named]
}

/** What the option is when nothing sets it, in words. */
export function defaultInWords({ default: value, computed, variables }: Setting): string | undefined {
  if (computed) return computed
  if (value !== undefined) return `\`${String(value)}\``
  return variables.length > 0 ? variables.map((name) => `\`${name}\``).join(' or ') : undefined
}

/** packages/core/src/generated/kernel-options.ts */
export function kernelOptionTypes(): string {
  return `// Made by scripts/generate.ts from packages/core/src/config/kernel-options.ts; edit that.

/** The kernel's options, checked and completed. */
export interface KernelOptions {
${members(false)}
}

/** The kernel's options as they may be given; what is left out comes from the environment, \`.env\` or the default. */
export interface KernelOptionsInput {
${members(true)}
}
`
}

function members(input: boolean): string {
  return optionGroups()
    .map(({ name, description, settings }) => {
      const indent = name ? '    ' : '  '
      const lines = settings.map((setting) => member(setting, input, indent)).join('\n')
      if (!name) return lines
      const url = input && name === 'database' ? 'string | ' : ''
      const comment = url ? `${description} A text is its \`url\`.` : description
      const body = `${url}{\n${lines}\n  }${input ? ' | undefined' : ''}`
      return `  /** ${comment} */\n  readonly ${name}${input ? '?' : ''}: ${body}`
    })
    .join('\n')
}

function member(setting: Setting, input: boolean, indent: string): string {
  const name = setting.path.at(-1)
  const words = defaultInWords(setting)
  const unit = setting.unit === 'ms' ? ' Milliseconds.' : ''
  const comment = `${setting.description}${unit}${words ? ` Default ${words}.` : ''} Variable \`${variableOf(setting.path)}\`.`
  const mayBeAbsent = input || (setting.default === undefined && !setting.computed)
  const type = setting.choices?.map((choice) => `'${String(choice)}'`).join(' | ') ?? scalar(setting)
  return `${indent}/** ${comment} */\n${indent}readonly ${name}${mayBeAbsent ? '?' : ''}: ${type}${mayBeAbsent ? ' | undefined' : ''}`
}

function scalar({ types }: Setting): string {
  const [type = 'unknown'] = types
  if (type === 'object') return 'Readonly<Record<string, number>>'
  return type === 'integer' ? 'number' : type
}
