import { createContext, use, useSyncExternalStore } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import type { Directory } from './directory.ts'
import type { MessageWindow } from './message-window.ts'
import type { Session, SessionState } from './session.ts'

/** The session of the signed-in person. */
export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('Nobody is signed in here.')
  return session
}

/** A part of the state; what `select` gives must be the same object while it means the same. */
export function useSessionState<T>(select: (state: SessionState) => T): T {
  const session = useSession()
  return useSyncExternalStore(session.subscribe, () => select(session.current))
}

export function useDirectory(): Directory {
  return useSessionState((state) => state.directory)
}

export function useChat(chatId: string | undefined): PageChat | undefined {
  return useSessionState((state) => (chatId === undefined ? undefined : state.chats.get(chatId)))
}

export function useWindow(key: string): MessageWindow | undefined {
  return useSessionState((state) => state.windows.get(key))
}
