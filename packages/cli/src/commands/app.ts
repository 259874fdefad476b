import type { AppInfo } from '@larkspur/core'
import { appTable, appText } from '../apps/app-text.ts'
import { appsOfFolder, type FolderOptions } from '../apps/apps-of-folder.ts'
import { CliError } from '../cli-error.ts'

/** Options of commands that print what they found. */
interface JsonOptions extends FolderOptions {
  readonly json: boolean
}

/** `larkspur app list`: every app in a line. */
export async function appList({ json, ...folder }: JsonOptions): Promise<number> {
  await using open = await appsOfFolder(folder)
  const apps = open.apps.list()
  if (json) process.stdout.write(`${JSON.stringify(apps, undefined, 2)}\n`)
  else if (apps.length > 0) process.stdout.write(appTable(apps))
  else process.stdout.write('There is no app yet. Add one: larkspur app add\n')
  return 0
}

/** `larkspur app show`: one app and its tokens. */
export async function appShow(appId: string, { json, ...folder }: JsonOptions): Promise<number> {
  await using open = await appsOfFolder(folder)
  const app = await open.apps.show(appId)
  process.stdout.write(json ? `${JSON.stringify(app, undefined, 2)}\n` : appText(app))
  return 0
}

/** `larkspur app enable` */
export async function appEnable(appId: string, { json, ...folder }: JsonOptions): Promise<number> {
  await using open = await appsOfFolder(folder)
  const app = await open.apps.enable(appId)
  const text = app.problem === undefined ? 'is enabled.' : `is allowed again, but cannot be used: ${app.problem}`
  print(app, `${appId} ${text}`, json)
  return 0
}

/** `larkspur app disable` */
export async function appDisable(appId: string, { json, ...folder }: JsonOptions): Promise<number> {
  await using open = await appsOfFolder(folder)
  const app = await open.apps.disable(appId)
  print(app, `${appId} is disabled.`, json)
  return 0
}

/** `larkspur app default`: names the default app, or prints which one it is. */
export async function appDefault(
  appId: string | undefined,
  { clear, json, ...folder }: JsonOptions & { readonly clear: boolean },
): Promise<number> {
  if (clear && appId !== undefined)
    throw new CliError('--clear was given with an app id.', 'Give one of them: the new default, or --clear.')
  await using open = await appsOfFolder(folder)
  if (clear || appId !== undefined) await open.apps.setDefault(appId)
  const chosen = open.apps.list().find(({ isDefault }) => isDefault)
  print(chosen ?? null, chosen ? `${chosen.appId} is the default app.` : 'There is no default app.', json)
  return 0
}

/** `larkspur app delete`: removes an app of the database, after asking. */
export async function appDelete(
  appId: string,
  { yes, json, ...folder }: JsonOptions & { readonly yes: boolean },
): Promise<number> {
  await using open = await appsOfFolder(folder)
  const { tokens, ...app } = await open.apps.show(appId)
  if (!yes) {
    const { askToDelete } = await import('../apps/app-prompts.ts')
    const users = tokens.find(({ kind }) => kind === 'user')?.count ?? 0
    if (!(await askToDelete(app.name === undefined ? appId : `${appId} (${app.name})`, users, json))) {
      process.stdout.write('Nothing was changed.\n')
      return 1
    }
  }
  await open.apps.remove(appId)
  print(app, `${appId} is deleted.`, json)
  return 0
}

function print(app: AppInfo | null, text: string, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(app, undefined, 2)}\n` : `${text}\n`)
}
