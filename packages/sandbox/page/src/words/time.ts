import type { Locale } from './locale.ts'
import { wordsNow } from './locale.ts'

const tags = { zh: 'zh-CN', en: 'en-US' } as const

/** The time of day, such as 14:05. */
export function clockTime(timeMs: number): string {
  const date = new Date(timeMs)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

/** Whether both are on the same day. */
export function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** A day as the divider between messages names it. */
export function dayName(timeMs: number, locale: Locale): string {
  const now = Date.now()
  if (sameDay(timeMs, now)) return wordsNow()('today')
  if (sameDay(timeMs, now - 86_400_000)) return wordsNow()('yesterday')
  const sameYear = new Date(timeMs).getFullYear() === new Date(now).getFullYear()
  const day = { month: 'long', day: 'numeric', weekday: 'short' } as const
  const options = sameYear ? day : ({ ...day, year: 'numeric' } as const)
  return new Intl.DateTimeFormat(tags[locale], options).format(timeMs)
}

/** When something was, as short as a list needs it. */
export function shortTime(timeMs: number, locale: Locale): string {
  const now = Date.now()
  if (sameDay(timeMs, now)) return clockTime(timeMs)
  if (sameDay(timeMs, now - 86_400_000)) return wordsNow()('yesterday')
  return new Intl.DateTimeFormat(tags[locale], { month: 'short', day: 'numeric' }).format(timeMs)
}

/** Day and time in full, for hovering. */
export function fullTime(timeMs: number, locale: Locale): string {
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'medium', timeStyle: 'medium' }).format(timeMs)
}
