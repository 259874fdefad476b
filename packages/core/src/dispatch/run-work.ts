import { coreError } from '../errors/catalogue.ts'
import type { Envelope } from '../inbox/envelope.ts'
import type { Settlement, StoredEvent } from '../inbox/inbox-store.ts'
import type { PlatformCallback } from './callback-contract.ts'
import { EventProgress } from './event-progress.ts'
import type { EventRunner, RunHandle } from './event-runner.ts'
import type { HandlerRun } from './run.ts'

/** Runs a durable task. */
export function runTask(runner: EventRunner, event: StoredEvent, handle: RunHandle): Promise<Settlement | undefined> {
  const task = runner.handlers.taskOf(event.type)
  if (!task) return unregistered(runner, event, 'task')
  return runSingle(runner, event, handle, task, (run) =>
    task.handle({
      appId: event.appId,
      key: event.key,
      payload: JSON.parse(event.body),
      attempt: event.attempts + event.crashes + 1,
      signal: run.signal,
      step: (name, fn) => run.step(name, fn),
    }),
  )
}

/** Runs one due time of a job. */
export function runJob(runner: EventRunner, event: StoredEvent, handle: RunHandle): Promise<Settlement | undefined> {
  const job = runner.handlers.jobOf(event.type)
  if (!job) return unregistered(runner, event, 'job')
  const { dueAtMs } = JSON.parse(event.body) as { dueAtMs: number }
  return runSingle(runner, event, handle, job, (run) =>
    job.handle({
      job: event.type,
      dueAtMs,
      attempt: event.attempts + event.crashes + 1,
      signal: run.signal,
    }),
  )
}

/** Runs a stored callback whose process died before it was answered: the answer can only be delivered late. */
export function runLateCallback(
  runner: EventRunner,
  event: StoredEvent,
  envelope: Envelope,
  handle: RunHandle,
): Promise<Settlement | undefined> {
  return runSingle(runner, event, handle, { id: 'callback', plugin: 'bot' }, async (run) => {
    const callback: PlatformCallback = {
      type: event.type,
      key: event.key,
      appId: event.appId,
      tenantKey: event.tenantKey,
      body: envelope.body,
      attempt: event.attempts + event.crashes + 1,
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
  })
}

async function runSingle(
  runner: EventRunner,
  event: StoredEvent,
  handle: RunHandle,
  handler: { readonly id: string; readonly plugin: string },
  start: (run: HandlerRun) => unknown,
): Promise<Settlement | undefined> {
  const progress = new EventProgress(event)
  const outcome = await runner.runOne(handler, event, progress.results, handle, { park: undefined, start })
  if (outcome.ended === 'abandoned') progress.abandoned = true
  if (outcome.ended === 'failed') progress.fail(handler.plugin, handler.id, outcome.error)
  return runner.settlement(event, progress)
}

function unregistered(runner: EventRunner, event: StoredEvent, kind: string): Promise<Settlement | undefined> {
  const progress = new EventProgress(event)
  progress.fail(
    'bot',
    kind,
    coreError('DISPATCH_TASK_UNKNOWN', { message: `no plugin registers the ${kind} ${event.type}` }),
  )
  return Promise.resolve(runner.settlement(event, progress))
}
