import { readFileSync } from 'node:fs'
import type { FieldViolation } from './platform-error.ts'

/** A documented parameter of an API. */
export interface ParameterContract {
  name: string
  /** `string`, `int`, `number`, `boolean`, `object`, or one of them with `[]`; other words stand for an object. */
  type: string
  required?: true
  values?: readonly string[]
  /** Characters of a string or entries of a list. */
  maxLength?: number
  min?: number
  max?: number
  fields?: readonly ParameterContract[]
}

/** What the platform documents about one API: facts of `contracts/*.json`. */
export interface ApiContract {
  /** Page of the platform's documents. */
  doc: string
  method: string
  /** With `:name` for path parameters. */
  path: string
  /** Token types that the API accepts; empty when it needs none. */
  tokens: readonly ('tenant' | 'user' | 'app')[]
  /** Calls of one app that the platform lets through. */
  rate?: { perSecond?: number; perMinute?: number }
  /** The call changes something that other people see, so it is written into the ledger. */
  effect?: true
  query?: readonly ParameterContract[]
  body?: readonly ParameterContract[]
  /** The code of refused parameters, where it is not the gateway's 99992402. */
  refusal?: number
  /** The code of a `uuid` that comes again with another body; without it the body is not looked at again. */
  uuidConflict?: number
  /** HTTP status by error code, where documented. */
  errors?: Readonly<Record<string, number>>
}

export type QueryValues = Readonly<Record<string, string | readonly string[]>>

const families = [
  'auth',
  'authen',
  'application',
  'bot',
  'im',
  'interactive',
  'cardkit',
  'contact',
  'bitable',
  'sheets',
  'apaas',
  'aily',
  'drive',
  'docx',
  'wiki',
  'search',
] as const

/** Reads the contracts of the modelled APIs. */
export function loadContracts(): readonly ApiContract[] {
  return families.flatMap((family) => readData(family) as ApiContract[])
}

/** Reads the documented APIs that the sandbox does not model, as "METHOD path". */
export function loadNotModelled(): readonly string[] {
  return readData('not-modelled') as string[]
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../contracts/${name}.json`, import.meta.url), 'utf8'))
}

/** Checks a request against its contract: presence, type, allowed values, lengths and ranges. */
export function checkParameters(
  contract: ApiContract,
  query: QueryValues,
  body: Readonly<Record<string, unknown>>,
): FieldViolation[] {
  const violations: FieldViolation[] = []
  for (const parameter of contract.query ?? []) checkQueryValue(parameter, query[parameter.name], violations)
  for (const parameter of contract.body ?? [])
    checkBodyValue(parameter, body[parameter.name], parameter.name, violations)
  return violations
}

function checkQueryValue(
  parameter: ParameterContract,
  value: string | readonly string[] | undefined,
  violations: FieldViolation[],
): void {
  const field = parameter.name
  if (value === undefined || value === '') {
    if (parameter.required) violations.push({ field, description: `${field} is required` })
    return
  }
  if (parameter.type.endsWith('[]')) {
    checkLength(parameter, field, typeof value === 'string' ? [value] : value, violations)
    return
  }
  if (typeof value !== 'string') {
    violations.push({ field, value: value.join(','), description: `${field} must be given once` })
    return
  }
  if (parameter.type === 'int') {
    if (!/^-?\d{1,15}$/.test(value)) violations.push({ field, value, description: `${field} must be an integer` })
    else checkRange(parameter, field, Number(value), violations)
  } else if (parameter.type === 'boolean' && value !== 'true' && value !== 'false') {
    violations.push({ field, value, description: `${field} must be true or false` })
  } else checkLength(parameter, field, value, violations)
  checkAllowed(parameter, field, value, violations)
}

function checkBodyValue(
  parameter: ParameterContract,
  value: unknown,
  field: string,
  violations: FieldViolation[],
): void {
  if (value === undefined || value === null || value === '') {
    if (parameter.required) violations.push({ field, description: `${field} is required` })
    return
  }
  if (parameter.type.endsWith('[]')) {
    if (!Array.isArray(value)) wrongType(field, value, 'a list', violations)
    else if (parameter.type === 'string[]' && value.some((entry) => typeof entry !== 'string')) {
      wrongType(field, value, 'a list of strings', violations)
    } else {
      checkLength(parameter, field, value, violations)
      if (parameter.fields) checkEntries(parameter, value, field, violations)
    }
    return
  }
  if (parameter.type === 'string') {
    if (typeof value !== 'string') wrongType(field, value, 'a string', violations)
    else {
      checkLength(parameter, field, value, violations)
      checkAllowed(parameter, field, value, violations)
    }
  } else if (parameter.type === 'int') {
    if (!Number.isInteger(value)) wrongType(field, value, 'an integer', violations)
    else {
      checkRange(parameter, field, value as number, violations)
      checkAllowed(parameter, field, String(value), violations)
    }
  } else if (parameter.type === 'number') {
    if (typeof value !== 'number') wrongType(field, value, 'a number', violations)
  } else if (parameter.type === 'boolean') {
    if (typeof value !== 'boolean') wrongType(field, value, 'true or false', violations)
  } else if (typeof value !== 'object' || Array.isArray(value)) wrongType(field, value, 'an object', violations)
  else checkFields(parameter, value as Record<string, unknown>, field, violations)
}

function checkEntries(
  parameter: ParameterContract,
  entries: readonly unknown[],
  field: string,
  violations: FieldViolation[],
): void {
  for (const [index, entry] of entries.entries()) {
    const name = `${field}[${index}]`
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      wrongType(name, entry, 'an object', violations)
    else checkFields(parameter, entry as Record<string, unknown>, name, violations)
  }
}

function checkFields(
  parameter: ParameterContract,
  value: Readonly<Record<string, unknown>>,
  field: string,
  violations: FieldViolation[],
): void {
  for (const inner of parameter.fields ?? []) {
    checkBodyValue(inner, value[inner.name], `${field}.${inner.name}`, violations)
  }
}

function wrongType(field: string, value: unknown, expected: string, violations: FieldViolation[]): void {
  violations.push({ field, value: typeof value, description: `${field} must be ${expected}` })
}

function checkLength(
  parameter: ParameterContract,
  field: string,
  value: string | readonly unknown[],
  violations: FieldViolation[],
): void {
  if (parameter.maxLength === undefined || value.length <= parameter.maxLength) return
  violations.push({
    field,
    value: String(value.length),
    description: `the max len of ${field} is ${parameter.maxLength}`,
  })
}

function checkRange(parameter: ParameterContract, field: string, value: number, violations: FieldViolation[]): void {
  if (parameter.min !== undefined && value < parameter.min) {
    violations.push({ field, value: String(value), description: `the min value of ${field} is ${parameter.min}` })
  } else if (parameter.max !== undefined && value > parameter.max) {
    violations.push({ field, value: String(value), description: `the max value of ${field} is ${parameter.max}` })
  }
}

function checkAllowed(parameter: ParameterContract, field: string, value: string, violations: FieldViolation[]): void {
  if (!parameter.values || parameter.values.includes(value)) return
  violations.push({ field, value, description: `${field} must be one of ${parameter.values.join(', ')}` })
}
