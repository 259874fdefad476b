import { type CoreErrorCode, coreError } from '../errors/catalogue.ts'
import type { LarkspurError } from '../errors/larkspur-error.ts'

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** `http.port`, `apps[1].appId`, or the name of a variable. */
  readonly path: string
  /** What is wrong, with what was received; secrets masked. */
  readonly message: string
  /** When a problem of this kind alone has a code of its own. */
  readonly code?: CoreErrorCode | undefined
}

/** All problems as one error, a line each. Its code is CONFIG_INVALID (or `general`), or the one that all problems share. */
export function problemsError(
  what: string,
  problems: readonly ConfigProblem[],
  general: CoreErrorCode = 'CONFIG_INVALID',
): LarkspurError {
  const codes = new Set(problems.map(({ code }) => code ?? general))
  const [only = general] = codes
  const code = codes.size === 1 ? only : general
  const lines = problems.map(({ path, message }) => `  ${path}: ${message}`)
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return coreError(code, { message: `${what} has ${count}:\n${lines.join('\n')}` })
}

/** `http.port`, `apps[1].appId` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('')
}

/** A received value in a message: short, on one line, and never a secret. */
export function receivedText(value: unknown, secret: boolean): string {
  if (value === undefined) return 'nothing'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (secret) return value === '' ? 'an empty text' : '***'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : `a ${typeof value}`
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
