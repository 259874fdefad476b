import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LarkspurError } from '../errors/larkspur-error.ts'
import { createLayers, type Variables } from './layers.ts'
import { resolvePluginOptions } from './plugin-options.ts'

const told = z.strictObject({
  onlyWhenMentioned: z.boolean().default(true),
  maxBytes: z.int().max(100).default(5),
  words: z.array(z.string()).optional(),
  api: z.strictObject({ key: z.string().optional() }).optional(),
  format: z.custom<() => string>((value) => typeof value === 'function').optional(),
})
/** A schema of an older library: it checks, but cannot tell its options. */
const mute = { '~standard': { version: 1, vendor: 'old', validate: told['~standard'].validate } }

function resolve(schema: unknown, given: unknown, env: Variables = {}, pluginNames = ['to-do']) {
  return resolvePluginOptions({ pluginName: 'to-do', given, schema, layers: createLayers(env), pluginNames })
}

async function problemsOf(...given: Parameters<typeof resolve>): Promise<string[]> {
  const error = (await resolve(...given).catch((caught: unknown) => caught)) as LarkspurError
  expect(error.message).not.toContain('canary')
  return [
    error.code,
    ...error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim()),
  ]
}

describe.each([
  ['a schema that tells its options', told],
  ['a schema that only checks', mute],
])('with %s', (_, schema) => {
  test('options come from variables, those given in code before them', async () => {
    const env = { LARKSPUR_TO_DO_ONLY_WHEN_MENTIONED: 'false', LARKSPUR_TO_DO_MAX_BYTES: '7' }
    const { options } = await resolve(schema, { maxBytes: 9, words: undefined }, env)
    expect(options).toEqual({ onlyWhenMentioned: false, maxBytes: 9 })
    expect((await resolve(schema, undefined)).options).toEqual({ onlyWhenMentioned: true, maxBytes: 5 })
  })

  test('a function among the options stays what it is', async () => {
    const format = () => 'x'
    const { options } = await resolve(schema, { format }, { LARKSPUR_TO_DO_MAX_BYTES: '7' })
    expect(options).toMatchObject({ format, maxBytes: 7 })
  })

  test('every problem is listed with its path and variable', async () => {
    const env = { LARKSPUR_TO_DO_MAX_BYTES: '700' }
    expect(await problemsOf(schema, { onlyWhenMentioned: 'no', api: { key: 5 } }, env)).toEqual([
      'PLUGIN_OPTIONS_INVALID',
      expect.stringMatching(/^onlyWhenMentioned: .*, received "no"$/),
      expect.stringMatching(/^maxBytes: .*, received 700 \(from LARKSPUR_TO_DO_MAX_BYTES\)$/),
      expect.stringMatching(/^api\.key: .*, received 5$/),
    ])
    expect(await problemsOf(schema, 'all')).toEqual([
      'PLUGIN_OPTIONS_INVALID',
      'options: Invalid input: expected object, received "all"',
    ])
  })
})

test('lists and nested options come from variables where the schema tells them', async () => {
  const env = { LARKSPUR_TO_DO_WORDS: 'a, b', LARKSPUR_TO_DO_API_KEY: '5' }
  const { options } = await resolve(told, {}, env)
  expect(options).toMatchObject({ words: ['a', 'b'], api: { key: '5' } })
  const json = await resolve(told, {}, { LARKSPUR_TO_DO_WORDS: '["a,b"]' })
  expect(json.options).toMatchObject({ words: ['a,b'] })
})

test('origins say where each value comes from, secrets masked', async () => {
  const secret = z.object({ botPassword: z.string(), level: z.string().default('x') })
  const { origins } = await resolve(secret, {}, { LARKSPUR_TO_DO_BOT_PASSWORD: 'canary' })
  expect(origins).toEqual([
    { path: 'to-do.botPassword', value: '***', origin: 'environment', variable: 'LARKSPUR_TO_DO_BOT_PASSWORD' },
    { path: 'to-do.level', value: 'x', origin: 'default', variable: undefined },
  ])
  const short = z.object({ botPassword: z.string().min(20) })
  const problems = await problemsOf(short, {}, { LARKSPUR_TO_DO_BOT_PASSWORD: 'canary' })
  expect(problems[1]).toMatch(/received \*\*\*/)
})

test('a mistyped variable is warned about; one of a plugin with a longer name is not ours', async () => {
  const env = { LARKSPUR_TO_DO_MAX_BITES: '1', LARKSPUR_TO_DO_LIST_MAX_BYTES: '1' }
  const { options, warnings } = await resolve(told, {}, env, ['to-do', 'to-do-list'])
  expect(options).toMatchObject({ maxBytes: 5 })
  expect(warnings).toEqual([
    'LARKSPUR_TO_DO_MAX_BITES names no option of the plugin to-do; did you mean LARKSPUR_TO_DO_MAX_BYTES?',
  ])
})

test('a variable that fits two plugins belongs to the one with the longer name, and a warning says so', async () => {
  const schema = z.object({ listMax: z.int().default(5) })
  const env = { LARKSPUR_TO_DO_LIST_MAX: '7' }
  const { options, warnings } = await resolve(schema, undefined, env, ['to-do', 'to-do-list'])
  expect(options).toEqual({ listMax: 5 })
  expect(warnings).toEqual([
    'LARKSPUR_TO_DO_LIST_MAX is read by the plugin to-do-list, not as to-do.listMax: set to-do.listMax in the code',
  ])
  const alone = await resolve(schema, undefined, env)
  expect(alone).toMatchObject({ options: { listMax: 7 }, warnings: [] })
  const unset = await resolve(schema, undefined, {}, ['to-do', 'to-do-list'])
  expect(unset.warnings).toEqual([])
})
