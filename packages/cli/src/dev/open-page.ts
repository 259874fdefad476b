import { spawn } from 'node:child_process'

/** What opens an address in the browser of whoever runs this. */
const openers: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/**
 * Opens the page in the browser, which lives on without this process.
 *
 * @param failed hears why no browser opens, in a sentence
 */
export function openPage(url: string, failed: (text: string) => void): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  opener.once('error', ({ message }) => failed(`No browser could be opened (${message}); go to the address yourself.`))
  opener.unref()
}
