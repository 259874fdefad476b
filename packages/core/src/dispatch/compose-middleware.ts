import type { Middleware, PlatformEvent } from './platform-event.ts'

/** Nests middleware in order of registration, `last` innermost. A second `next()` of one middleware does nothing. */
export function composeMiddleware(
  middleware: readonly Middleware[],
  last: () => Promise<void>,
): (event: PlatformEvent) => Promise<void> {
  return (event) => {
    const run = (index: number): Promise<void> => {
      const current = middleware[index]
      if (!current) return last()
      let next: Promise<void> | undefined
      return current(event, () => {
        next ??= run(index + 1)
        return next
      })
    }
    return run(0)
  }
}
