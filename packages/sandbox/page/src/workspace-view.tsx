import { MessagesSquare, WifiOff } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ChatList } from './chats/chat-list.tsx'
import { orderedChats } from './chats/chat-order.ts'
import { ChatSwitcher } from './chats/chat-switcher.tsx'
import { NewGroup } from './chats/new-group.tsx'
import { NewMessageNotice } from './chats/new-message-notice.tsx'
import { Conversation } from './conversation.tsx'
import { InspectorPane } from './inspector/inspector-pane.tsx'
import { InfoPane } from './panes/info-pane.tsx'
import { ThreadPane } from './panes/thread-pane.tsx'
import { Rail } from './rail.tsx'
import { useChat, useSession, useSessionState } from './session/use-session.ts'
import { Button } from './ui/button.tsx'
import { EmptyState } from './ui/state.tsx'
import { useWords } from './words/locale.ts'
import { type Pane, type Workspace, WorkspaceContext } from './workspace.ts'
import styles from './workspace-view.module.css'

/** Everything that a signed-in person sees. */
export function WorkspaceView({ onSignOut }: { onSignOut: () => void }) {
  const session = useSession()
  const say = useWords()
  const state = useSessionState((now) => now.state)
  const online = useSessionState((now) => now.online)
  const known = useSessionState((now) => now.directory.person(session.user) !== undefined)
  const [chatId, setChatId] = useState(() => new URLSearchParams(location.search).get('chat') ?? undefined)
  const [target, setTarget] = useState<{ messageId: string }>()
  const [pane, setPane] = useState<Pane>()
  const [dialog, setDialog] = useState<'switcher' | 'new-group'>()
  const chat = useChat(chatId)

  const open = useCallback(
    (next: string | undefined, messageId?: string) => {
      setChatId(next)
      setTarget(messageId === undefined ? undefined : { messageId })
      setPane((now) => (now?.kind === 'inspector' || next === chatId ? now : undefined))
      if (next !== undefined) session.keep([next])
      const search = new URLSearchParams(location.search)
      if (next === undefined) search.delete('chat')
      else search.set('chat', next)
      history.replaceState(null, '', `?${search}`)
    },
    [session, chatId],
  )
  const workspace: Workspace = useMemo(
    () => ({
      chatId,
      pane,
      open,
      setPane,
      target,
      openSwitcher: () => setDialog('switcher'),
      openNewGroup: () => setDialog('new-group'),
    }),
    [chatId, pane, open, target],
  )
  useKeys(chatId, open, () => setDialog('switcher'), pane, setPane)
  useTitle()

  if (state === 'failed' || (state === 'ready' && !known)) {
    return (
      <EmptyState
        icon={<WifiOff size={40} />}
        title={state === 'failed' ? say('lostTitle') : say('nobody', { name: session.user })}
        {...(state === 'failed' && { hint: location.host })}
      >
        {state === 'failed' ? (
          <Button onClick={() => void session.sync()}>{say('retry')}</Button>
        ) : (
          <Button onClick={onSignOut}>{say('switchUser')}</Button>
        )}
      </EmptyState>
    )
  }
  return (
    <WorkspaceContext value={workspace}>
      <div className={styles.workspace} data-open={chat ? 'chat' : 'list'}>
        <Rail onSignOut={onSignOut} />
        <ChatList />
        <main className={styles.main}>
          {!online && (
            <div className={styles.lost} role="alert">
              <WifiOff size={16} aria-hidden="true" /> {say('lostBanner')}
            </div>
          )}
          <div className={styles.columns}>
            {chat ? <Conversation key={chat.chatId} chat={chat} /> : <NoChat />}
            {chat && pane?.kind === 'thread' && <ThreadPane chat={chat} opener={pane.message} />}
            {chat && pane?.kind === 'info' && <InfoPane chat={chat} />}
            {pane?.kind === 'inspector' && <InspectorPane messageId={pane.messageId} />}
          </div>
        </main>
        <NewMessageNotice />
        {dialog === 'switcher' && <ChatSwitcher onClose={() => setDialog(undefined)} />}
        {dialog === 'new-group' && <NewGroup onClose={() => setDialog(undefined)} />}
      </div>
    </WorkspaceContext>
  )
}

function NoChat() {
  const say = useWords()
  const keys = /Mac|iP/.test(navigator.platform) ? '⌘K' : 'Ctrl K'
  return <EmptyState icon={<MessagesSquare size={44} />} title={say('pickChat')} hint={say('pickChatHint', { keys })} />
}

/** The number of unread messages stands in the title of the tab. */
function useTitle(): void {
  const say = useWords()
  const unread = useSessionState((state) => [...state.chats.values()].reduce((sum, chat) => sum + chat.unread, 0))
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${say('product')}`
  }, [unread, say])
}

function useKeys(
  chatId: string | undefined,
  open: (chatId: string) => void,
  openSwitcher: () => void,
  pane: Pane,
  setPane: (pane: Pane) => void,
): void {
  const session = useSession()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') openSwitcher()
      else if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
        const chats = orderedChats(session.current.chats.values())
        const at = chats.findIndex((chat) => chat.chatId === chatId)
        const next = chats[at + (event.key === 'ArrowDown' ? 1 : -1)] ?? chats[0]
        if (next) open(next.chatId)
      } else if (event.altKey && event.code === 'KeyI') {
        // By its place: with Alt the key itself writes another character on a Mac.
        setPane(pane?.kind === 'inspector' ? undefined : { kind: 'inspector' })
      } else if (event.key === 'Escape' && !event.defaultPrevented) {
        const field = document.querySelector<HTMLElement>('[data-conversation] textarea')
        if (document.activeElement === field && pane) setPane(undefined)
        else field?.focus()
        return
      } else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [session, chatId, open, openSwitcher, pane, setPane])
}
