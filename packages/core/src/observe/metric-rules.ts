import { coreError } from '../errors/catalogue.ts'
import type { LabelValues } from './metrics.ts'

/** The kinds of metric. */
export type MetricKind = 'counter' | 'gauge' | 'histogram'

/** What is checked of a declaration. */
export interface DeclaredMetric {
  readonly name: string
  readonly help: string
  readonly labels?: Readonly<Record<string, LabelValues>> | undefined
  readonly buckets?: readonly number[] | undefined
}

/** Prometheus sets these itself, or gives them a meaning. */
const takenLabels = ['job', 'instance', 'le', 'quantile']
/** One series for each person or chat would be without end. */
const endlessLabel =
  /(?:^|_)(?:user|open|union|chat|message|event|tenant|file|record|department)(?:_?(?:id|key|token))?$/
const derivedUnits: Readonly<Record<string, string>> = {
  ms: 'seconds',
  milliseconds: 'seconds',
  minutes: 'seconds',
  hours: 'seconds',
  days: 'seconds',
  kb: 'bytes',
  mb: 'bytes',
  kilobytes: 'bytes',
  megabytes: 'bytes',
  percent: 'ratio',
}
/** Prometheus' server adds these to the parts of histograms and summaries. */
const takenEnds = ['count', 'sum', 'bucket', 'created']
/** Series of one metric, the apps aside. */
const maxSeries = 200

/**
 * Refuses a metric that would break dashboards or flood the server.
 * @throws PLUGIN_REGISTRATION_INVALID with everything that is wrong
 */
export function checkMetric(kind: MetricKind, fullName: string, declared: DeclaredMetric): void {
  const problems = metricProblems(kind, declared)
  if (problems.length === 0) return
  throw coreError('PLUGIN_REGISTRATION_INVALID', { message: `metric ${fullName}: ${problems.join('; ')}` })
}

function metricProblems(kind: MetricKind, { name, help, labels = {}, buckets }: DeclaredMetric): string[] {
  const problems: string[] = []
  const last = name.split('_').at(-1) ?? ''
  const unit = kind === 'counter' ? (name.split('_').at(-2) ?? '') : last
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) problems.push('the name must be lower-case words joined by _')
  if (name.startsWith('larkspur_')) problems.push('larkspur_ is added by itself')
  if (kind === 'counter' && last !== 'total') problems.push('a counter ends in _total')
  if (kind !== 'counter' && last === 'total') problems.push(`only counters end in _total, this is a ${kind}`)
  if (takenEnds.includes(last)) problems.push(`_${last} is what Prometheus adds to histograms`)
  const wanted = derivedUnits[unit]
  if (wanted) problems.push(`use the base unit _${wanted} instead of _${unit}`)
  if (help.trim() === '') problems.push('help must say what it counts or measures')
  if (kind === 'histogram' && !isRising(buckets)) problems.push('buckets must be numbers that rise')
  return [...problems, ...labelProblems(kind, labels)]
}

function labelProblems(kind: MetricKind, labels: Readonly<Record<string, LabelValues>>): string[] {
  const problems: string[] = []
  let series = 1
  for (const [label, values] of Object.entries(labels)) {
    if (!/^[a-z][a-z0-9_]*$/.test(label)) problems.push(`label ${label} must be lower-case words joined by _`)
    if (takenLabels.includes(label)) problems.push(`label ${label} is Prometheus' own`)
    if (endlessLabel.test(label) && values !== 'app')
      problems.push(`label ${label} names persons or things without end`)
    if (kind === 'histogram' && values === 'app') problems.push('a histogram has no label of the apps')
    if ((label === 'app') !== (values === 'app')) problems.push("the label of the apps is called app: { app: 'app' }")
    if (typeof values === 'string') continue
    if (values.length === 0) problems.push(`label ${label} has no values`)
    series *= values.length
  }
  if (series > maxSeries) problems.push(`its labels make ${series} series, at most ${maxSeries} are allowed`)
  return problems
}

function isRising(buckets: readonly number[] | undefined): boolean {
  if (!buckets || buckets.length === 0) return false
  return buckets.every(
    (bound, index) => Number.isFinite(bound) && (index === 0 || bound > (buckets[index - 1] ?? bound)),
  )
}
