import type { AppChange, AppInfo, NewApp, Receive } from '@larkspur/core'
import { askAppId, askDomain, askReceive, askText, askWhatToChange, canAsk } from '../apps/app-prompts.ts'
import { type SecretSource, secretSource } from '../apps/app-secrets.ts'
import { appTable } from '../apps/app-text.ts'
import { appsOfFolder, type FolderOptions } from '../apps/apps-of-folder.ts'
import { CliError } from '../cli-error.ts'

/** Options that `add` and `update` share. */
interface EditOptions extends FolderOptions {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly receive?: Receive | undefined
  readonly admins?: readonly string[] | undefined
  readonly secretStdin: boolean
  readonly json: boolean
}

/** Options of `larkspur app add`. */
export interface AddOptions extends EditOptions {
  readonly domain?: string | undefined
  readonly disabled: boolean
}

/** Options of `larkspur app update`. */
export interface UpdateOptions extends EditOptions {
  readonly newSecret: boolean
  readonly newEncryptKey: boolean
  readonly newVerificationToken: boolean
}

/** `larkspur app add`: adds an app to the database; asks for what is missing where somebody can be asked. */
export async function appAdd(appId: string | undefined, options: AddOptions): Promise<number> {
  const { json, secretStdin, disabled, admins, cwd, config } = options
  const interactive = canAsk() && !json && !secretStdin
  const secrets = await secretSource({ secretStdin, interactive })
  await using open = await appsOfFolder({ cwd, config })
  if (appId === undefined && !interactive)
    throw new CliError('Which app? No app id was given.', 'larkspur app add <app id>')
  const id = appId ?? (await askAppId())
  const appSecret = await secrets.get('appSecret')
  // Who gave the id as an argument has said what differs from the usual; only who gave nothing is asked for the rest.
  const asked = interactive && appId === undefined
  const name = options.name ?? (asked ? await askText('Name (may stay empty)') : undefined)
  const domain = options.domain ?? (asked ? await askDomain() : undefined)
  const receive = options.receive ?? (asked ? await askReceive() : undefined)
  const keys = receive === 'webhook' ? await webhookKeys(secrets) : {}
  const app: NewApp = {
    ...{ appId: id, appSecret, domain, receive, admins, enabled: !disabled, ...keys },
    name: name || undefined,
    description: options.description || undefined,
  }
  print(await open.apps.add(app), json)
  if (interactive)
    process.stderr.write(`\nA bot that runs uses it within seconds. See how it does: larkspur app show ${id}\n`)
  return 0
}

/** `larkspur app update`: changes an app of the database. */
export async function appUpdate(appId: string, options: UpdateOptions): Promise<number> {
  const { json, secretStdin, name, description, receive, admins, cwd, config } = options
  const interactive = canAsk() && !json && !secretStdin
  const secrets = await secretSource({ secretStdin, interactive })
  await using open = await appsOfFolder({ cwd, config })
  const before = await open.apps.show(appId)
  const given: AppChange = {
    ...{ name, description, receive, admins },
    ...(options.newSecret || secretStdin ? { appSecret: await secrets.get('appSecret') } : {}),
    ...(options.newEncryptKey ? { encryptKey: await secrets.get('encryptKey') } : {}),
    ...(options.newVerificationToken ? { verificationToken: await secrets.get('verificationToken') } : {}),
  }
  const nothing = Object.values(given).every((value) => value === undefined)
  if (nothing && !interactive) throw new CliError('Nothing to change was given.', 'larkspur app update --help')
  print(await open.apps.update(appId, nothing ? await askChange(before, secrets) : given), json)
  return 0
}

async function askChange(app: AppInfo, secrets: SecretSource): Promise<AppChange> {
  const field = await askWhatToChange(app)
  if (field === 'secret') return { appSecret: await secrets.get('appSecret') }
  if (field === 'name') return { name: await askText('Name', app.name) }
  if (field === 'description') return { description: await askText('Description', app.description) }
  const receive = await askReceive(app.receive)
  return receive === 'webhook' ? { receive, ...(await webhookKeys(secrets)) } : { receive }
}

async function webhookKeys(secrets: SecretSource) {
  return { encryptKey: await secrets.get('encryptKey'), verificationToken: await secrets.get('verificationToken') }
}

function print(app: AppInfo, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(app, undefined, 2)}\n` : appTable([app]))
}
