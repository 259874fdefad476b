import type { Counter, Gauge, Metrics } from '../observe/metrics.ts'
import { linkFailureReasons } from './failure.ts'

/** The metrics of all long connections of a bot. */
export interface LinkMetrics {
  readonly up: Gauge<{ app: 'app' }>
  readonly opens: Counter<{ app: 'app' }>
  readonly failures: Counter<{ reason: typeof linkFailureReasons }>
  readonly unreadable: Counter<Record<never, never>>
}

/** Declares the metrics of the long connection; once per bot. */
export function declareLinkMetrics(metrics: Metrics): LinkMetrics {
  return {
    up: metrics.gauge({
      name: 'connection_up',
      help: 'Whether the long connection of the app is open (1) or not (0).',
      labels: { app: 'app' },
    }),
    opens: metrics.counter({
      name: 'connection_opens_total',
      help: 'Long connections that were opened.',
      labels: { app: 'app' },
    }),
    failures: metrics.counter({
      name: 'connection_failures_total',
      help: 'Attempts that gave no long connection, and long connections that were lost, by reason.',
      labels: { reason: linkFailureReasons },
    }),
    unreadable: metrics.counter({
      name: 'connection_unreadable_messages_total',
      help: 'Messages on the long connection that could not be read and were not acknowledged.',
    }),
  }
}
