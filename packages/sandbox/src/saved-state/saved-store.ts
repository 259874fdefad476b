/** A part of the sandbox that outlives it: values that structured cloning can copy, by key. */
export interface SavedStore {
  /** Everything that is to be kept, in the order in which it is to come back. */
  saved(): Iterable<readonly [key: string, value: unknown]>
  /** Puts kept values in the place of what is there. */
  restore(values: ReadonlyMap<string, unknown>): void
}
