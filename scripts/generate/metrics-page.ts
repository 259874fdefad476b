// Makes docs/metrics.md by declaring every metric of the kernel and of our plugins to a list.
import { declareLinkMetrics } from '../../packages/core/src/connection/link-metrics.ts'
import { declareKernelMetrics } from '../../packages/core/src/observe/kernel-metrics.ts'
import type { DeclaredMetric, MetricKind } from '../../packages/core/src/observe/metric-rules.ts'
import type { Metrics } from '../../packages/core/src/observe/metrics.ts'
import { declareProcessMetrics } from '../../packages/core/src/observe/process-metrics.ts'
import { declareWebhookMetrics } from '../../packages/core/src/webhook/route.ts'
import { declareMetrics } from '../../packages/plugin-messaging/src/metrics.ts'

/** docs/metrics.md */
export function metricsPage(): string {
  const rows: string[] = []
  let prefix = ''
  const note = (kind: MetricKind) => (definition: DeclaredMetric) => {
    rows.push(row(kind, { ...definition, name: prefix + definition.name }))
    return { add() {}, set() {}, observe() {}, remove() {} }
  }
  const metrics: Metrics = {
    counter: note('counter'),
    gauge: note('gauge'),
    histogram: note('histogram'),
    onScrape: () => () => {},
  }
  declareKernelMetrics(metrics)
  declareLinkMetrics(metrics)
  declareWebhookMetrics(metrics)
  declareProcessMetrics(metrics)()
  prefix = 'messaging_'
  declareMetrics(metrics)
  return `<!-- Made by scripts/generate.ts from the declarations in the packages; edit those. -->

# Metrics

\`GET /metrics\` on the monitor port (\`http.monitorPort\`, 9090) gives these in Prometheus' text format.

- Names begin with \`larkspur_\`; those of a plugin with \`larkspur_<plugin>_\`. Units are seconds and bytes. Counters end in \`_total\`.
- Labels have closed lists of values; any other value counts as \`other\`. \`app\` is the id of a configured app, and never
  stands on a histogram. No label names a user, a chat or a message; none is called \`job\` or \`instance\`, which Prometheus sets.
- Every combination of a counter's labels is there from the start with 0, so a ratio of two counters is never without a value.
- 50 apps make less than 2,000 series.

| metric | kind | labels | meaning |
|---|---|---|---|
${rows.join('\n')}
`
}

function row(kind: MetricKind, { name, help, labels = {} }: DeclaredMetric): string {
  const list = Object.entries(labels).map(([label, values]) => {
    if (values === 'app') return '`app`'
    if (values === 'plugin') return `\`${label}\`: a plugin, or \`bot\``
    return values.length > 12 ? `\`${label}\`: ${values.length} known ones` : `\`${label}\`: ${values.join(', ')}`
  })
  return `| \`larkspur_${name}\` | ${kind} | ${list.join('; ')} | ${help} |`
}
