import type { Plugin } from '@larkspur/core'
import { botOf, type Subject } from './subject.ts'

/** Labels that Prometheus sets itself, and those whose values never end. */
const refusedLabels = ['job', 'instance', 'user', 'user_id', 'open_id', 'chat', 'chat_id', 'message', 'message_id']

interface Family {
  readonly type: string
  readonly help: string
  readonly labels: ReadonlySet<string>
}

/** Metrics are named after the plugin, in base units, counters in `_total`, without ids as labels. */
export async function metricProblems(subject: Subject): Promise<string[]> {
  const before = await families(subject.others)
  const after = await families([...subject.others, subject.plugin()])
  const prefix = `larkspur_${subject.name.replaceAll('-', '_')}_`
  const problems: string[] = []
  for (const [name, { type, help, labels }] of after) {
    if (before.has(name)) continue
    if (!name.startsWith(prefix)) problems.push(`metrics: ${name} must begin with ${prefix}`)
    if (!help) problems.push(`metrics: ${name} has no help text`)
    if ((type === 'counter') !== name.endsWith('_total'))
      problems.push(`metrics: ${name} is a ${type}; counters alone end in _total`)
    if (/_(ms|millis|milliseconds|minutes|hours|kb|mb)(_|$)/.test(name))
      problems.push(`metrics: ${name} must be in base units, _seconds or _bytes`)
    for (const label of labels)
      if (refusedLabels.includes(label)) problems.push(`metrics: ${name} has the label ${label}`)
  }
  return problems
}

async function families(plugins: readonly Plugin[]): Promise<Map<string, Family>> {
  await using test = await botOf(plugins, true)
  const text = await test.bot.metricsText()
  const found = new Map<string, Family>()
  for (const [, name = '', help = ''] of text.matchAll(/^# HELP (\S+) ?(.*)$/gm)) {
    const type = new RegExp(`^# TYPE ${name} (\\w+)`, 'm').exec(text)?.[1] ?? 'untyped'
    const samples = [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'))]
    const labels = samples.flatMap(([, set = '']) => [...set.matchAll(/(\w+)="/g)].map(([, label = '']) => label))
    found.set(name, { type, help, labels: new Set(labels) })
  }
  return found
}
