/** A durable task: enqueued once, run at least once, retried, dead-lettered like an event. */
export interface TaskDefinition {
  /** Kebab-case, unique in its plugin. */
  readonly name: string
}

/** One run of a task. */
export interface TaskRun<Payload> {
  readonly appId: string
  /** As it was enqueued. */
  readonly key: string
  readonly payload: Payload
  readonly attempt: number
  readonly signal: AbortSignal
  /** As {@link PlatformEvent.step}. */
  step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result>
}

/** How a task is enqueued. */
export interface EnqueueOptions {
  /**
   * Unique for 24 h per app and task. Default: inside a handler a key of the run, so that a repeated run enqueues it
   * once; else a random one.
   */
  readonly key?: string | undefined
  /** Tasks of one lane run one at a time, in the order in which they were enqueued. Default: a lane of its own. */
  readonly lane?: string | undefined
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
