import { coreError } from '../errors/catalogue.ts'
import type { Envelope } from '../inbox/envelope.ts'
import type { StoredEvent } from '../inbox/inbox-store.ts'
import type { PlatformCallback } from './callback-contract.ts'
import type { EventProgress } from './event-progress.ts'
import type { EventRunner } from './event-runner.ts'
import type { LiveRuns } from './run-handler.ts'

/** Runs a durable task. */
export async function runTask(
  runner: EventRunner,
  event: StoredEvent,
  progress: EventProgress,
  live: LiveRuns,
): Promise<void> {
  const task = runner.handlers.taskOf(event.type)
  if (!task) throw unregistered('task', event.type)
  await runner.runOne(task, event, progress, live, {
    mayPark: false,
    start: (run) =>
      task.handle({
        appId: event.appId,
        key: event.key.slice(event.type.length + 1),
        payload: JSON.parse(event.body),
        attempt: attemptOf(event),
        signal: run.signal,
        step: (name, fn) => run.step(name, fn),
      }),
  })
}

/** Runs one due time of a job. */
export async function runJob(
  runner: EventRunner,
  event: StoredEvent,
  progress: EventProgress,
  live: LiveRuns,
): Promise<void> {
  const job = runner.handlers.jobOf(event.type)
  if (!job) throw unregistered('job', event.type)
  const { dueAtMs } = JSON.parse(event.body) as { dueAtMs: number }
  await runner.runOne(job, event, progress, live, {
    mayPark: false,
    start: (run) =>
      job.handle({
        job: job.id,
        dueAtMs,
        attempt: attemptOf(event),
        signal: run.signal,
        step: (name, fn) => run.step(name, fn),
      }),
  })
}

/** Runs a stored callback whose process died before it was answered: the answer can only be delivered late. */
export async function runLateCallback(
  runner: EventRunner,
  event: StoredEvent,
  envelope: Envelope,
  progress: EventProgress,
  live: LiveRuns,
): Promise<void> {
  await runner.runOne({ id: 'bot/late-callback', plugin: 'bot' }, event, progress, live, {
    mayPark: false,
    async start(run) {
      const callback: PlatformCallback = {
        type: event.type,
        key: event.key,
        appId: event.appId,
        tenantKey: event.tenantKey,
        body: envelope.body,
        attempt: attemptOf(event),
        late: true,
        signal: run.signal,
      }
      for (const handler of runner.handlers.callbacks(event.type)) {
        if (handler.options.filter && !handler.options.filter(callback)) continue
        const answer = await handler.handle(callback)
        if (answer === undefined) continue
        await handler.options.onLate?.(callback, answer)
        return
      }
    },
  })
}

/** 1 in the first run; runs that the process did not survive count too. */
function attemptOf(event: StoredEvent): number {
  return event.attempts + event.crashes + 1
}

function unregistered(kind: string, name: string): Error {
  return coreError('DISPATCH_TASK_UNKNOWN', { message: `no plugin registers the ${kind} ${name}` })
}
