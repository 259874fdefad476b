import { type ApiHandler, callingApp, page } from '../api-call.ts'
import { type Json, objectOf, textOf } from '../im/card-json.ts'
import { PlatformError } from '../platform-error.ts'
import type { Application, SlashCommand } from './applications.ts'

const maxCommands = 100

/** Slash commands that people see when they type `/` (docs: agent-supports-slash-commands). */
export const slashCommandHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/application/v7/app_slash_commands': (platform, call) => {
    const { commands } = platform.applications.of(callingApp(call))
    const { items, ...rest } = page(call, commands, 9499, maxCommands)
    return { data: { ...rest, items: items.map(answer) } }
  },
  'POST /open-apis/application/v7/app_slash_commands': (platform, call) => {
    const application = platform.applications.of(callingApp(call))
    const command = checkedName(application, String(call.body.command))
    if (application.commands.length >= maxCommands) throw new PlatformError(40000031, 'over 100 commands')
    const description = descriptionOf(objectOf(call.body.description))
    const iconKey = textOf(call.body.icon_key) ?? 'skill_outlined'
    const made = platform.applications.addCommand(application, { command, description, iconKey })
    return { data: answer(made), fields: { command_id: made.commandId } }
  },
  'PATCH /open-apis/application/v7/app_slash_commands/:command_id': (platform, call) => {
    const application = platform.applications.of(callingApp(call))
    const known = commandOf(application, call.params.command_id)
    const { command, description, icon_key: iconKey } = call.body
    if (command !== undefined && command !== known.command) known.command = checkedName(application, String(command))
    if (description !== undefined) {
      known.description = descriptionOf({ ...known.description, ...objectOf(description) })
    }
    known.iconKey = textOf(iconKey) ?? known.iconKey
    platform.applications.changed()
    return { data: answer(known), fields: { command_id: known.commandId } }
  },
  'DELETE /open-apis/application/v7/app_slash_commands/:command_id': (platform, call) => {
    const { commands } = platform.applications.of(callingApp(call))
    const known = commandOf({ commands }, call.params.command_id)
    commands.splice(commands.indexOf(known), 1)
    platform.applications.changed()
    return { fields: { command_id: known.commandId } }
  },
}

function answer({ commandId, command, description, iconKey }: SlashCommand): Record<string, unknown> {
  return { command_id: commandId, command, description, icon_key: iconKey }
}

/** The documents name one code for refused commands, that of a wrong icon. */
function checkedName({ commands }: Application, name: string): string {
  if (!/^[^\s/]\S{0,63}$/u.test(name)) throw new PlatformError(40000031, 'command is a word without its slash')
  if (commands.some(({ command }) => command === name)) throw new PlatformError(40000031, `command ${name} exists`)
  return name
}

function commandOf({ commands }: Pick<Application, 'commands'>, commandId: string | undefined): SlashCommand {
  const known = commands.find((command) => command.commandId === commandId)
  if (known) return known
  throw new PlatformError(40000031, 'command_id')
}

function descriptionOf({ default_value, i18n }: Json): SlashCommand['description'] {
  const words = Object.entries(objectOf(i18n)).map(([language, text]) => [language, String(text)] as const)
  return { default_value: String(default_value), i18n: Object.fromEntries(words) }
}
