const maxCount = 100_000

/** @throws Error for a count that would fill the memory, or is none */
export function checkPushCount(verb: string, count: unknown): void {
  if (Number.isInteger(count) && Number(count) >= 0 && Number(count) <= maxCount) return
  throw new Error(`The "count" of ${verb} is a whole number from 0 to ${maxCount}, received ${JSON.stringify(count)}.`)
}
