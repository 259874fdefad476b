import { confirm, isCancel, password, select, text } from '@clack/prompts'
import type { AppInfo, Receive } from '@larkspur/core'
import { CliError } from '../cli-error.ts'

// Answers go to standard output alone, so that it can be piped while a person is asked.
const output = process.stderr

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Asks before an app is deleted. @throws CliError when there is nobody to ask, or nothing is to be asked */
export async function askToDelete(app: string, users: number, json: boolean): Promise<boolean> {
  if (json || !canAsk())
    throw new CliError('Nobody can be asked here, so nothing was deleted.', 'Run it in a terminal, or add --yes.')
  const grants = users === 0 ? '' : `, and what ${users === 1 ? 'one user' : `${users} users`} granted it`
  return answered(await confirm({ message: `Delete ${app} and its tokens${grants}?`, initialValue: false, output }))
}

/** Asks for an App ID. */
export async function askAppId(): Promise<string> {
  const message = 'App ID (developer console, page Credentials & Basic Info)'
  const validate = (given: string | undefined): string | undefined =>
    /^cli_[0-9a-f]{16}$/.test(given ?? '') ? undefined : 'It is cli_ and 16 hex digits.'
  return answered(await text({ message, placeholder: 'cli_…', validate, output }))
}

/** Asks for a secret without showing it. */
export async function askSecret(what: string): Promise<string> {
  const validate = (given: string | undefined): string | undefined =>
    (given ?? '').trim() === '' ? 'It is needed.' : undefined
  return answered(await password({ message: what, validate, output })).trim()
}

/** Asks for a text that may stay empty. */
export async function askText(message: string, initialValue = ''): Promise<string> {
  return (answered(await text({ message, initialValue, defaultValue: '', output })) ?? '').trim()
}

/** Asks for the platform that an app lives on. */
export async function askDomain(): Promise<string> {
  const options = [
    { value: 'feishu', label: 'Feishu', hint: 'open.feishu.cn' },
    { value: 'lark', label: 'Lark', hint: 'open.larksuite.com' },
  ]
  return answered(await select({ message: 'Platform', options, output }))
}

/** Asks how events arrive. */
export async function askReceive(initialValue: Receive = 'websocket'): Promise<Receive> {
  const options: { value: Receive; label: string; hint: string }[] = [
    { value: 'websocket', label: 'Long connection', hint: 'needs no public address' },
    { value: 'webhook', label: 'Webhook', hint: 'the platform calls this bot' },
    { value: 'none', label: 'Nothing', hint: 'it only sends, or another process receives' },
  ]
  return answered(await select<Receive>({ message: 'How do events arrive?', options, initialValue, output }))
}

/** Asks what is to be changed about an app. */
export async function askWhatToChange(app: AppInfo): Promise<'name' | 'description' | 'receive' | 'secret'> {
  const options: { value: 'name' | 'description' | 'receive' | 'secret'; label: string; hint: string }[] = [
    { value: 'secret', label: 'App Secret', hint: 'it was reset in the developer console' },
    { value: 'name', label: 'Name', hint: app.name ?? 'none' },
    { value: 'description', label: 'Description', hint: app.description ?? 'none' },
    { value: 'receive', label: 'How events arrive', hint: app.receive },
  ]
  return answered(await select({ message: `What about ${app.appId}?`, options, output }))
}

function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value)) throw new CliError('Stopped; nothing was changed.', 'Run the command again when you are ready.')
  return value as Exclude<Value, symbol>
}
