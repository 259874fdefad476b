// Makes docs/config.md and .env.example from the schema of the kernel's options and the list of app settings.
import { appSettings } from '../../packages/core/src/config/app-config.ts'
import { type Setting, variableOf } from '../../packages/core/src/config/settings.ts'
import { defaultInWords, optionGroups } from './kernel-option-types.ts'

/** docs/config.md */
export function configPage(): string {
  return `<!-- Made by scripts/generate.ts from packages/core/src/config/; edit that. -->

# Configuration

A value comes from the first of these that has it: \`bot.config.ts\` (or the argument of \`createBot\`), the environment, \`.env\`
beside \`bot.config.ts\`, the default. \`larkspur config\` prints every value and where it comes from. \`.env\` is read before
\`bot.config.ts\` is imported, so \`process.env\` holds its values there. An empty variable counts as not set.

A variable marked “secret” can also be read from a file: put the file's path into the variable with \`_FILE\` at its end, for
example \`LARKSPUR_APP_SECRET_FILE=/run/secrets/app_secret\`. Secrets are masked wherever they are printed.

## Apps

\`apps: [{ appId, appSecret, … }]\`, or one app by these variables:

| option | variable | meaning |
|---|---|---|
${appSettings.map(appRow).join('\n')}

Or several apps by \`LARKSPUR_APPS\` (secret), a JSON list of objects with these options:

\`\`\`sh
LARKSPUR_APPS='[{"appId":"cli_0123456789abcdef","appSecret":"…"},{"appId":"cli_fedcba9876543210","appSecret":"…"}]'
\`\`\`

## Plugins

Options of a plugin are given to its factory, \`messaging({ … })\`, or by \`LARKSPUR_<PLUGIN>_<OPTION>\`: the option
\`onlyWhenMentioned\` of the plugin \`messaging\` is \`LARKSPUR_MESSAGING_ONLY_WHEN_MENTIONED\`. The plugin's README lists them.

${optionGroups().map(group).join('\n\n')}
`
}

function group({ name, description, settings }: ReturnType<typeof optionGroups>[number]): string {
  return `## ${name || 'The bot'}
${description ? `\n${description}${name === 'database' ? ' `database` may also be the text of `database.url` alone.' : ''}\n` : ''}
| option | variable | default | meaning |
|---|---|---|---|
${settings.map(row).join('\n')}`
}

function appRow({ path, secret, description }: (typeof appSettings)[number]): string {
  return `| \`${path.at(-1)}\` | \`${variableOf(path)}\`${secret ? ' (secret)' : ''} | ${description} |`
}

function row(setting: Setting): string {
  const { path, secret, description, unit, choices, minimum, maximum } = setting
  const values = choices ? ` One of ${choices.map((choice) => `\`${String(choice)}\``).join(', ')}.` : ''
  const inUnit = unit === 'ms' ? ' Milliseconds.' : ''
  const least = minimum !== undefined && minimum > 1 ? ` At least ${minimum}.` : ''
  const most = maximum === undefined ? '' : ` At most ${maximum}.`
  const word = defaultInWords(setting) ?? '–'
  return `| \`${path.join('.')}\` | \`${variableOf(path)}\`${secret ? ' (secret)' : ''} | ${word} | ${description}${inUnit}${least}${most}${values} |`
}

/** .env.example */
export function envExample(): string {
  const options = optionGroups().map(({ name, settings }) => {
    const lines = settings.map((setting) => {
      const shown = setting.default === undefined ? '' : String(setting.default)
      return `# ${setting.description}${setting.unit === 'ms' ? ' Milliseconds.' : ''}\n# ${variableOf(setting.path)}=${shown}`
    })
    return `## ${name || 'The bot'}\n\n${lines.join('\n')}`
  })
  const apps = appSettings.map(({ path, description, required }) => {
    const line = `${variableOf(path)}=`
    return `# ${description}\n${required ? line : `# ${line}`}`
  })
  return `# Made by scripts/generate.ts. Copy to .env and fill in; never commit .env. docs/config.md explains every variable.
# Secrets can be read from files: LARKSPUR_APP_SECRET_FILE=/run/secrets/app_secret

## One app

${apps.join('\n')}

## Several apps instead: a JSON list of { appId, appSecret, … }
# LARKSPUR_APPS=

${options.join('\n\n')}
`
}
