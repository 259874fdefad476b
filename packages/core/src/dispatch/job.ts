/** A scheduled job, declared to the kernel; plugin-scheduler computes its due times. */
export interface JobDefinition {
  /** Kebab-case, unique in its plugin. */
  readonly name: string
  /** Cron expression, five fields, or six with seconds first. */
  readonly cron: string
  /** IANA name, e.g. `Asia/Shanghai`. Default: UTC. */
  readonly timeZone?: string | undefined
  /** What happens to due times that passed while no instance ran. Default `once`. */
  readonly missed?: 'skip' | 'once' | 'all' | undefined
}

/** One run of a job. Each due time runs once over all instances. */
export interface JobRun {
  /** `<plugin>/<name>` */
  readonly job: string
  /** The due time, milliseconds since 1970. */
  readonly dueAtMs: number
  readonly attempt: number
  readonly signal: AbortSignal
  /** As PlatformEvent.step. */
  step<Result>(name: string, fn: () => Promise<Result> | Result): Promise<Result>
}

/** Runs a job. */
export type JobHandler = (run: JobRun) => unknown

/** A declared job, as a scheduler sees it. */
export interface DeclaredJob extends JobDefinition {
  /** `<plugin>/<name>`, unique per bot. */
  readonly id: string
  /** Plugin that declared it. */
  readonly plugin: string
}

/**
 * The contract that a scheduler fills: it is given the declared jobs once all plugins are set up, and calls `tick` for
 * each due time. Any instance may: the first to store a tick wins.
 */
export interface JobScheduler {
  schedule(
    jobs: readonly DeclaredJob[],
    tick: (jobId: string, dueAtMs: number) => Promise<'stored' | 'known'>,
    /** Aborts when the bot closes: no tick after that. */
    signal: AbortSignal,
  ): void
}
