import type { PageMessage, PageMessages } from '../../../src/page-server/page-records.ts'

/** More messages than this are not kept on the page; the others are loaded again when somebody scrolls there. */
const maxMessages = 320

/** The part of a conversation that the page holds, oldest first. */
export interface MessageWindow extends PageMessages {
  state: 'loading' | 'ready' | 'failed'
}

export const emptyWindow: MessageWindow = { messages: [], hasOlder: false, hasNewer: false, state: 'loading' }

/** The window with older messages in front; the newest go when there are too many. */
export function withOlder(window: MessageWindow, page: PageMessages): MessageWindow {
  const messages = merged(page.messages, window.messages)
  const tooMany = messages.length > maxMessages
  return {
    state: 'ready',
    messages: tooMany ? messages.slice(0, maxMessages) : messages,
    hasOlder: page.hasOlder,
    hasNewer: window.hasNewer || tooMany,
  }
}

/** The window with newer messages behind; the oldest go when there are too many. */
export function withNewer(window: MessageWindow, page: PageMessages): MessageWindow {
  const messages = merged(window.messages, page.messages)
  const tooMany = messages.length > maxMessages
  return {
    state: 'ready',
    messages: tooMany ? messages.slice(-maxMessages) : messages,
    hasOlder: window.hasOlder || tooMany,
    hasNewer: page.hasNewer,
  }
}

/** The window after a message came or changed; one that lies behind the window's end is not taken in. */
export function withMessage(window: MessageWindow, message: PageMessage): MessageWindow {
  const at = window.messages.findIndex((known) => known.messageId === message.messageId)
  if (at >= 0) return { ...window, messages: window.messages.with(at, message) }
  const last = window.messages.at(-1)?.seq ?? 0
  if (window.hasNewer || message.seq < last) return window
  return withNewer(window, { messages: [message], hasOlder: false, hasNewer: false })
}

function merged(first: readonly PageMessage[], second: readonly PageMessage[]): PageMessage[] {
  const known = new Set(first.map((message) => message.messageId))
  return [...first, ...second.filter((message) => !known.has(message.messageId))]
}
