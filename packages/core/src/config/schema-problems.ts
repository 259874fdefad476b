import type { z } from 'zod'
import { closestName } from './closest-name.ts'
import { type ConfigProblem, pathText, receivedText } from './config-problem.ts'
import { type Setting, variableOf } from './settings.ts'

/**
 * What zod found wrong with the kernel's options, in our words: path, what is wanted, what was received, and the
 * variable that it came from.
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  settings: readonly Setting[],
  valueAt: (path: readonly PropertyKey[]) => unknown,
  variableAt: (path: string) => string | undefined,
): ConfigProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        message: unknownOption(issue.path, key, settings),
      }))
    const path = pathText(issue.path)
    const setting = settings.find((each) => pathText(each.path) === path)
    const received = receivedText(valueAt(issue.path), setting?.secret ?? false)
    const variable = variableAt(path)
    const from = variable ? ` (from ${variable})` : ''
    return [{ path, message: `${wanted(issue)}, received ${received}${from}` }]
  })
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${{ int: 'a whole number', number: 'a number', string: 'a text', boolean: 'true or false', object: 'an object' }[issue.expected as string] ?? issue.expected}`
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty'
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
    case 'too_big':
      return `must be at most ${issue.maximum}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a URL that begins with http:// or https://' : issue.message
    default:
      return issue.message
  }
}

function unknownOption(group: readonly PropertyKey[], key: string, settings: readonly Setting[]): string {
  const here = new Set([
    ...settings
      .filter(({ path }) => pathText(path.slice(0, group.length)) === pathText(group))
      .map(({ path }) => path[group.length] ?? ''),
    ...(group.length === 0 ? ['apps', 'plugins'] : []),
  ])
  const elsewhere = settings.find(({ path }) => path.at(-1) === key)
  const meant = elsewhere ? pathText(elsewhere.path) : closestName(key, [...here])
  const variable = elsewhere ? ` (${variableOf(elsewhere.path)})` : ''
  return meant
    ? `unknown option; did you mean ${meant}${variable}?`
    : `unknown option; there are ${[...here].join(', ')}`
}
