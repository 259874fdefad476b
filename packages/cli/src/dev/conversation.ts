import { stripVTControlCharacters } from 'node:util'
import { styled } from '../output/style.ts'
import type { ChatMessage } from './sandbox-control.ts'

/** What stands before the words of the person. */
export function prompt(): string {
  return `${styled('cyan', 'you ›')} `
}

/** `you › hello`; more lines are indented below the first. */
export function userLine(text: string): string {
  return `${prompt()}${indented(text)}`
}

/** `bot › Hello!` */
export function botLine({ text, messageType }: ChatMessage): string {
  return `${styled('green', 'bot ›')} ${indented(text || `(${messageType})`)}`
}

/** `  ! greeter failed: …`: what is neither said by the person nor by the bot. */
export function noteLine(text: string): string {
  return styled('yellow', `    ! ${indented(text)}`)
}

/** `    The bot is connected.`: how the session goes. */
export function statusLine(text: string): string {
  return styled('dim', `    ${indented(text)}`)
}

// A message may hold escape codes, which would reach the terminal.
function indented(text: string): string {
  return stripVTControlCharacters(text).split('\n').join('\n      ')
}
