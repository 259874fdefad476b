import { Readable } from 'node:stream'
import { run } from '../run.ts'
import type { CommandOptions, CommandResult } from './command.ts'

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs `larkspur` to its end in this process, which takes a fraction of the time of one of its own; `onTerminal` gives it
 * a terminal to ask on. Folder, environment and streams are the process's, so calls wait for each other. A configuration
 * is read once: what changes it, or ends the process, needs {@link larkspur}.
 */
export function larkspurHere(
  argv: readonly string[],
  options: CommandOptions & { readonly onTerminal?: boolean | undefined },
): Promise<CommandResult> {
  const running = last.then(() => runHere(argv, options))
  last = running.catch(() => {})
  return running
}

async function runHere(
  argv: readonly string[],
  { cwd, env = {}, input = '', onTerminal = false }: Parameters<typeof larkspurHere>[1],
): Promise<CommandResult> {
  const before = { cwd: process.cwd(), env: { ...process.env } }
  const printed = { stdout: '', stderr: '' }
  using stack = new DisposableStack()
  for (const name of ['stdout', 'stderr'] as const) {
    const write = process[name].write
    process[name].write = ((text: string | Uint8Array, ...rest: readonly unknown[]) => {
      printed[name] += Buffer.from(text as string).toString()
      const done = rest.at(-1)
      if (typeof done === 'function') done()
      return true
    }) as typeof write
    stack.defer(() => {
      process[name].write = write
    })
  }
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor
  const value = Object.assign(Readable.from([Buffer.from(input)]), { isTTY: onTerminal })
  Object.defineProperty(process, 'stdin', { value, configurable: true })
  stack.defer(() => Object.defineProperty(process, 'stdin', stdin))
  const inherited = Object.entries(before.env).filter(([name]) => !/^(LARKSPUR_|FORCE_COLOR)/.test(name))
  process.env = { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env }
  stack.defer(() => {
    process.env = before.env
    process.chdir(before.cwd)
  })
  process.chdir(cwd)
  const exitCode = await run(argv)
  return { exitCode, ...printed }
}
