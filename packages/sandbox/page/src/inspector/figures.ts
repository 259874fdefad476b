/** The time of day with milliseconds, such as 14:05:09.042. */
export function preciseTime(timeMs: number): string {
  const date = new Date(timeMs)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return `${parts.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** How long something took, such as 8.2 ms or 3.0 s. */
export function elapsed(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
