import type { AnyPluginFactory, ErrorRow, Plugin } from '@larkspur/core'
import { descriptionProblems } from './description.ts'
import { leftoverProblems } from './leftovers.ts'
import { lifeProblems } from './life.ts'
import { metricProblems } from './metric-rules.ts'
import { migrationProblems } from './migration-rules.ts'
import { optionProblems } from './option-rules.ts'
import { recordOf } from './plugin-record.ts'
import { botOf, reason, type Subject } from './subject.ts'

/** What {@link pluginConformance} needs to know of a plugin. */
export interface ConformanceOptions {
  /** Options without which the plugin cannot be set up. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
  /** The plugins that it uses. */
  readonly with?: readonly Plugin[] | undefined
  /** Its catalogue of errors, as `defineErrors` gives it. */
  readonly errors?: { readonly rows: Readonly<Record<string, ErrorRow>> } | undefined
}

/**
 * Tries whether a plugin keeps what the kernel expects of every plugin: names and prefixes, options, a life cycle that
 * leaves nothing behind, two bots in one process, migrations that can be undone, the rules of metrics.
 *
 * ```ts
 * it('is a good plugin', async () => {
 *   expect(await pluginConformance(todo, { errors: todoError })).toEqual([])
 * })
 * ```
 * @returns one sentence for each problem; none when all is well
 */
export async function pluginConformance(
  factory: AnyPluginFactory,
  { options, with: others = [], errors }: ConformanceOptions = {},
): Promise<string[]> {
  const plugin = (more?: Readonly<Record<string, unknown>>): Plugin =>
    options || more ? factory({ ...options, ...more }) : factory()
  const record = recordOf(plugin())
  if (!record) return ['the factory does not give a plugin: make it with definePlugin']
  const subject: Subject = { name: record.definition.name, record, plugin, others }

  const problems = descriptionProblems(subject, factory.pluginName, Object.keys(errors?.rows ?? {}))
  try {
    await using _ = await botOf([...others, plugin()], true)
  } catch (error) {
    return [...problems, `start: a bot with it does not start: ${reason(error)}`]
  }
  const checks = [optionProblems, lifeProblems, leftoverProblems, metricProblems, migrationProblems]
  for (const check of checks) problems.push(...(await check(subject)))
  return problems
}
