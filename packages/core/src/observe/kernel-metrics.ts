import { countedEventTypes } from './event-types.ts'
import type { Metrics } from './metrics.ts'

/** Durations of calls, runs and waits, in seconds. */
const buckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 10, 60]
/** A commit is quick or something is wrong. */
const commitBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.5]
const waitReasons = ['bucket', 'receiver', 'platform'] as const
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The metrics of the kernel, by name without prefix. */
export type KernelMetrics = ReturnType<typeof declareKernelMetrics>

/**
 * Declares the metrics of the kernel, those of the long connection aside. All together are at most 38 series an app, so
 * that 50 apps stay below 2,000 with what has no label of the apps.
 */
export function declareKernelMetrics({ counter, gauge, histogram }: Metrics) {
  return {
    eventsTotal: counter({
      name: 'events_total',
      help: 'Events and callbacks received, by what became of them: stored, known already, without a handler, or refused.',
      labels: { app: 'app', outcome: ['stored', 'duplicate', 'ignored', 'refused'] },
    }),
    eventTypesTotal: counter({
      name: 'event_types_total',
      help: 'Events and callbacks received, by type.',
      labels: { type: countedEventTypes },
    }),
    runsTotal: counter({
      name: 'runs_total',
      help: 'Runs of stored events, tasks and ticks that ended, by what comes next.',
      labels: { app: 'app', outcome: ['handled', 'retried', 'dead', 'waiting'] },
    }),
    runSeconds: histogram({
      name: 'run_seconds',
      help: 'How long runs took.',
      labels: { kind: ['event', 'callback', 'task', 'tick'] },
      buckets,
    }),
    eventWaitSeconds: histogram({
      name: 'event_wait_seconds',
      help: 'Time from storing an event to its first run.',
      buckets,
    }),
    inboxCommitSeconds: histogram({
      name: 'inbox_commit_seconds',
      help: 'How long it took to store a group of events.',
      buckets: commitBuckets,
    }),
    inboxEvents: gauge({
      name: 'inbox_events',
      help: 'Events in the database, the same on every instance.',
      labels: { app: 'app', state: ['ready', 'waiting', 'dead'] },
    }),
    inboxOldestSeconds: gauge({
      name: 'inbox_oldest_seconds',
      help: 'Age of the oldest event that is due and not handled, the same on every instance.',
      labels: { app: 'app' },
    }),
    callbacksTotal: counter({
      name: 'callbacks_total',
      help: 'Callbacks such as card clicks, by how they were answered.',
      labels: { app: 'app', outcome: ['answered', 'late', 'failed', 'unhandled'] },
    }),
    callbackStoreFailuresTotal: counter({
      name: 'callback_store_failures_total',
      help: 'Callbacks that were answered though they could not be stored.',
    }),
    callsTotal: counter({
      name: 'calls_total',
      help: 'Calls to the platform that ended, repeated attempts counted once.',
      labels: {
        app: 'app',
        outcome: ['ok', 'refused', 'rate_limited', 'permission', 'token', 'network', 'timeout'],
      },
    }),
    callSeconds: histogram({
      name: 'call_seconds',
      help: 'How long calls to the platform took, repeated attempts included.',
      labels: { method: methods },
      buckets,
    }),
    callRetriesTotal: counter({
      name: 'call_retries_total',
      help: 'Attempts of calls beyond the first.',
      labels: { app: 'app' },
    }),
    rateLimitWaitsTotal: counter({
      name: 'rate_limit_waits_total',
      help: 'Waits of calls before they were sent: for their API, for the chat or user, or as long as the platform said.',
      labels: { app: 'app', reason: waitReasons },
    }),
    rateLimitWaitSeconds: histogram({
      name: 'rate_limit_wait_seconds',
      help: 'How long calls waited before they were sent, to keep to a rate limit.',
      labels: { reason: waitReasons },
      buckets,
    }),
    tokenRefreshesTotal: counter({
      name: 'token_refreshes_total',
      help: 'Tokens fetched or renewed.',
      labels: { app: 'app', outcome: ['ok', 'error'] },
    }),
    handlerErrorsTotal: counter({
      name: 'handler_errors_total',
      help: 'Runs of handlers that failed, by plugin; `bot` for handlers registered on the bot itself.',
      labels: { plugin: 'plugin' },
    }),
    alarmsTotal: counter({
      name: 'alarms_total',
      help: 'Alarms raised.',
      labels: { severity: ['warning', 'critical'] },
    }),
    instances: gauge({
      name: 'instances',
      help: 'Processes of this bot that are alive, the same on every instance.',
    }),
    instancesWithOtherPlugins: gauge({
      name: 'instances_with_other_plugins',
      help: 'Processes of this bot whose list of plugins differs from this one’s.',
    }),
  } as const
}
