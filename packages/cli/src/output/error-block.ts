import { inspect } from 'node:util'
import { isLarkspurError } from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { styled } from './style.ts'

/** An error as a person reads it: what happened, what to do next, and the code to look up; the stack for debugging only. */
export function errorBlock(error: unknown): string {
  const red = (text: string): string => styled('red', text, process.stderr)
  const dim = (text: string): string => styled('dim', text, process.stderr)
  const message = error instanceof Error ? error.message : String(error)
  const known = isLarkspurError(error)
  const hint = known || error instanceof CliError ? error.hint : undefined
  const lines = [`${red('✗')} ${message}`]
  if (hint) lines.push(`  → ${hint}`)
  if (known) lines.push(dim(`  ${error.code}`))
  if (debugging()) lines.push(dim(inspect(error)))
  else if (!hint) lines.push(dim('  Set LARKSPUR_LOG_LEVEL=debug to see where it comes from.'))
  return `${lines.join('\n')}\n`
}

function debugging(): boolean {
  return ['debug', 'trace'].includes(process.env.LARKSPUR_LOG_LEVEL ?? '')
}
