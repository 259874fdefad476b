import { type Bot, type HandlerFailure, isLarkspurError } from '@larkspur/core'

/** Tells what its author should know of a bot while it runs: failed handlers and alarms. */
export function noteFailures(bot: Bot, note: (text: string) => void): void {
  bot.onError((failure) => note(failureText(failure)))
  bot.observe('alarm', ({ message, action }) => note(`${message} ${action}`))
}

function failureText({ handler, error, next }: HandlerFailure): string {
  const what = isLarkspurError(error) ? `${error.code}: ${error.message} ${error.hint}` : String(error)
  return `${handler} failed: ${what}${next === 'retry' ? ' It is tried again.' : ''}`
}
