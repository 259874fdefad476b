import { createInterface } from 'node:readline/promises'
import { CliError } from '../cli-error.ts'

/** Asks on the terminal; anything but yes is no. @throws CliError when nobody can be asked */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new CliError(
      'Nobody can be asked here, so nothing was changed.',
      'Run it in a terminal, or add --yes when the loss is meant.',
    )
  using terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } catch (error) {
    // Ctrl-C and Ctrl-D
    if ((error as Error).name !== 'AbortError') throw error
    process.stderr.write('\n')
    return false
  }
}
