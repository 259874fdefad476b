import { createContext, use } from 'react'
import type { PageMessage } from '../../src/page-server/page-records.ts'

/** What stands at the right of the conversation. */
export type Pane =
  | { kind: 'thread'; message: PageMessage }
  | { kind: 'info' }
  | { kind: 'inspector'; messageId?: string }
  | undefined

/** What is open, and how to open something else. */
export interface Workspace {
  chatId: string | undefined
  pane: Pane
  /** Opens a chat, and goes to a message in it. */
  open: (chatId: string | undefined, messageId?: string) => void
  setPane: (pane: Pane) => void
  /** The message to go to; the object changes with every wish. */
  target: { messageId: string } | undefined
  openSwitcher: () => void
  openNewGroup: () => void
}

export const WorkspaceContext = createContext<Workspace | undefined>(undefined)

export function useWorkspace(): Workspace {
  const workspace = use(WorkspaceContext)
  if (!workspace) throw new Error('There is no workspace around this part.')
  return workspace
}

/** What a person may do with a message, wherever it shows. */
export interface MessageActions {
  reply: (message: PageMessage) => void
  openThread: (message: PageMessage) => void
  toggleReaction: (message: PageMessage, emojiType: string) => void
  edit: (message: PageMessage) => void
  recall: (message: PageMessage) => void
  /** Goes to another message of the conversation. */
  goTo: (messageId: string) => void
}
