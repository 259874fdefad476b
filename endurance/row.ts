/** A line of the table in docs/reliability.md. */
export interface Row {
  /** Short and stable: what `--only` takes. */
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly target: Target
  /** Measures the figure. What it throws counts as not reached. */
  run(ground: Ground): Promise<number>
}

/** What a figure must be. */
export type Target = { readonly exactly: number } | { readonly atMost: number } | { readonly atLeast: number }

/** What rows run on. */
export interface Ground {
  /** Intervals of the platform at full length, instead of scaled. */
  readonly full: boolean
  /** Of a PostgreSQL server of this run; for a database of one's own, `createTestDatabase(postgresUrl)`. */
  readonly postgresUrl: string
  /** Says on standard error how far it is. */
  log(text: string): void
}

/** A row that was run. */
export interface Result {
  readonly row: Row
  /** Undefined when it threw. */
  readonly value: number | undefined
  readonly reached: boolean
}

/** Whether a figure is what it must be. */
export function isReached(value: number, target: Target): boolean {
  if ('exactly' in target) return value === target.exactly
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast
}

/** A target in words: `= 50`, `≤ 5`, `≥ 100`. */
export function shownTarget(target: Target): string {
  if ('exactly' in target) return `= ${target.exactly}`
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`
}
