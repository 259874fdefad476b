import type { Subject } from './subject.ts'

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const stepName = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*$/

/** Names: of the plugin, its errors, events, commands and migrations. */
export function descriptionProblems(subject: Subject, pluginName: string, errorCodes: readonly string[]): string[] {
  const { name, record } = subject
  const { events, migrations = [], commands = [] } = record.definition
  const problems: string[] = []
  if (!kebabCase.test(name)) problems.push(`name: "${name}" is not kebab-case`)
  if (pluginName !== name) problems.push(`name: the factory says "${pluginName}", the plugin "${name}"`)

  const prefix = `${name.replaceAll('-', '_').toUpperCase()}_`
  const others = errorCodes.filter((code) => !code.startsWith(prefix))
  if (others.length > 0) problems.push(`errors: codes must begin with ${prefix}, unlike ${others.join(', ')}`)

  const foreign = (events?.names ?? []).filter((event) => !String(event).startsWith(`${name}:`))
  if (foreign.length > 0) problems.push(`events: names must begin with "${name}:", unlike ${foreign.join(', ')}`)

  for (const { name: step } of migrations)
    if (!stepName.test(step)) problems.push(`migrations: "${step}" must be four digits and words, such as 0001-lists`)
  for (const repeated of repeats(migrations.map((step) => step.name)))
    problems.push(`migrations: there are two steps called "${repeated}"`)

  for (const { name: command, description } of commands) {
    if (!kebabCase.test(command)) problems.push(`commands: "${command}" is not kebab-case`)
    if (!description) problems.push(`commands: "${command}" has no description`)
  }
  return problems
}

function repeats(names: readonly string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index))
}
