import type { CommandDefinition, CommandList } from './command.ts'

/** The command that `help: true` adds. */
export const helpCommand: CommandDefinition = { name: 'help', description: 'lists the commands', usage: '[command]' }

/** What `/help` and `/help <command>` answer. */
export function helpText(commands: CommandList, prefix: string, about: string | undefined): string {
  const asked = about === undefined ? undefined : commands.get(withoutPrefix(about, prefix))
  if (asked) return aboutOne(asked, prefix)
  const lines = commands.all().filter(({ hidden }) => hidden !== true)
  const list = ['Commands:', ...lines.map((command) => line(command, prefix))].join('\n')
  return about === undefined ? list : `${unknownText(about, prefix)}\n${list}`
}

/** What an unknown command is answered in a direct chat. */
export function hintText(name: string, prefix: string): string {
  return `${unknownText(name, prefix)} ${prefix}${helpCommand.name} lists those there are.`
}

function unknownText(name: string, prefix: string): string {
  return `There is no command ${prefix}${withoutPrefix(name, prefix).slice(0, 40)}.`
}

function withoutPrefix(name: string, prefix: string): string {
  const plain = name.normalize('NFKC').toLowerCase()
  return plain.startsWith(prefix) ? plain.slice(prefix.length) : plain
}

function line({ name, usage, description }: CommandDefinition, prefix: string): string {
  return `${prefix}${name}${usage ? ` ${usage}` : ''}${description ? ` – ${description}` : ''}`
}

function aboutOne(command: CommandDefinition, prefix: string): string {
  const aliases = command.aliases ?? []
  if (aliases.length === 0) return line(command, prefix)
  return `${line(command, prefix)}\nAlso: ${aliases.map((alias) => prefix + alias).join(', ')}`
}
