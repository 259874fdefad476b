/** A durable task: enqueued once, run at least once, retried, dead-lettered like an event. */
export interface TaskDefinition {
  /** Kebab-case, unique per bot. */
  readonly name: string
}

/** One run of a task. */
export interface TaskRun<Payload> {
  readonly appId: string
  readonly key: string
  readonly payload: Payload
  readonly attempt: number
  readonly signal: AbortSignal
  /** As {@link PlatformEvent.step}. */
  step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result>
}

/** How a task is enqueued. */
export interface EnqueueOptions {
  /** Unique for 24 h per app and task; also its lane: tasks of one key run in order. Default: random. */
  readonly key?: string | undefined
  /** Not before that many milliseconds from now. */
  readonly delayMs?: number | undefined
  /** Default: the app of the running code (see which-app). */
  readonly appId?: string | undefined
}

/** A registered task. */
export interface Task<Payload> {
  readonly name: string
  /**
   * Stores the task; resolves when it is durable. `known`: the key was there already, nothing was added.
   * @throws INBOX_UNAVAILABLE, STORAGE_CALL_INSIDE_WRITE
   */
  enqueue(payload: Payload, options?: EnqueueOptions): Promise<'stored' | 'known'>
}
