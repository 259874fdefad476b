import type { SandboxClock } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import { BoundedMap } from '../retention.ts'
import type { Actor } from '../tenant.ts'

/** How long exports, imports and moves of folders take, milliseconds of the platform's clock. */
const taskMs = 1000
const keptTasks = 1000

/** What became of a task: `status` 0 when it worked, otherwise the documented `job_status`. */
export interface TaskOutcome {
  status: number
  message: string
  /** What came out of it. */
  token?: string
}

/** Something that takes a while. */
export interface DriveTask {
  ticket: string
  kind: 'folder' | 'export' | 'import' | 'wiki'
  /** What it was asked for, by whom. */
  asked: Readonly<Record<string, unknown>>
  owner: Actor
  /** Absent while it runs. */
  outcome: TaskOutcome | undefined
}

/** What runs on the platform's own time. */
export class DriveTasks {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #tasks = new BoundedMap<string, DriveTask>(keptTasks)

  constructor(clock: SandboxClock, ids: RunIds) {
    this.#clock = clock
    this.#ids = ids
  }

  start(options: Pick<DriveTask, 'kind' | 'asked' | 'owner'>, run: () => TaskOutcome): DriveTask {
    const task: DriveTask = { ...options, ticket: this.#ids.device(), outcome: undefined }
    this.#tasks.set(task.ticket, task)
    this.#clock.schedule(taskMs, () => {
      // A reset in between takes the task away.
      if (this.#tasks.get(task.ticket) === task) task.outcome = outcomeOf(run)
    })
    return task
  }

  find(ticket: string, kind: DriveTask['kind']): DriveTask | undefined {
    const task = this.#tasks.get(ticket)
    return task?.kind === kind ? task : undefined
  }

  reset(): void {
    this.#tasks.clear()
  }
}

function outcomeOf(run: () => TaskOutcome): TaskOutcome {
  try {
    return run()
  } catch (error) {
    // A limit of tables, say; the task fails alone.
    return { status: 3, message: error instanceof Error ? error.message : String(error) }
  }
}
