import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { MessageWindow } from '../session/message-window.ts'
import { useSession } from '../session/use-session.ts'

/** So near the end counts as being there. */
const bottomPx = 48
/** More history is loaded when less than this is left to scroll. */
const aheadPx = 600

/** The place in a conversation, which stays when messages come above or grow, and follows the end when it is there. */
export interface Scroll {
  ref: RefObject<HTMLDivElement | null>
  onScroll: () => void
  atBottom: boolean
  /** Messages that came while the end was out of sight. */
  missed: number
  toBottom: () => void
  /** Brings a message into sight; false when it is not there. */
  goTo: (messageId: string) => boolean
}

export function useScroll(windowKey: string, window: MessageWindow | undefined): Scroll {
  const session = useSession()
  const ref = useRef<HTMLDivElement>(null)
  const [atBottom, setAtBottom] = useState(true)
  const [lastSeen, setLastSeen] = useState(0)
  const place = useRef<{
    key: string
    atBottom: boolean
    lastSeq: number
    anchor?: { messageId: string; top: number }
  }>({
    key: '',
    atBottom: true,
    lastSeq: 0,
  })
  const loading = useRef(false)
  const last = window?.messages.at(-1)
  const lastSeq = last?.seq ?? 0

  const remember = () => {
    const scroller = ref.current
    if (!scroller) return
    const isAtBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < bottomPx
    const anchor = firstVisible(scroller)
    place.current = { key: windowKey, atBottom: isAtBottom && !window?.hasNewer, lastSeq, ...(anchor && { anchor }) }
    setAtBottom(isAtBottom)
    session.atEnd.set(windowKey, place.current.atBottom)
    if (isAtBottom) setLastSeen(lastSeq)
  }

  const settle = () => {
    const scroller = ref.current
    if (!scroller) return
    const { key, atBottom, lastSeq: seenSeq, anchor } = place.current
    // Who says something wants to see it.
    const saysNow = lastSeq > seenSeq && last?.sender.id === session.user
    if (key !== windowKey || atBottom || saysNow) scroller.scrollTop = scroller.scrollHeight
    else if (anchor) {
      const row = rowOf(scroller, anchor.messageId)
      if (row) scroller.scrollTop += row.getBoundingClientRect().top - anchor.top
    }
  }

  const loadMore = async () => {
    const scroller = ref.current
    if (!scroller || !window || loading.current) return
    const older = window.hasOlder && scroller.scrollTop < aheadPx
    const newer = window.hasNewer && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < aheadPx
    if (!older && !newer) return
    loading.current = true
    await (older ? session.loadOlder(windowKey) : session.loadNewer(windowKey)).catch(() => {})
    loading.current = false
  }

  useLayoutEffect(() => {
    settle()
    remember()
    void loadMore()
  }, [windowKey, window])

  // Pictures and cards grow after they were laid out.
  useEffect(() => {
    const scroller = ref.current
    if (!scroller) return
    const observer = new ResizeObserver(() => {
      if (place.current.atBottom) scroller.scrollTop = scroller.scrollHeight
    })
    observer.observe(scroller)
    for (const child of scroller.children) observer.observe(child)
    return () => observer.disconnect()
  })

  return {
    ref,
    atBottom,
    missed: window?.messages.filter((message) => message.seq > lastSeen).length ?? 0,
    onScroll: () => {
      remember()
      void loadMore()
    },
    toBottom: () => ref.current?.scrollTo({ top: ref.current.scrollHeight }),
    goTo: (messageId) => {
      const row = ref.current && rowOf(ref.current, messageId)
      row?.scrollIntoView({ block: 'center' })
      return row !== null && row !== undefined
    },
  }
}

function rowOf(scroller: HTMLElement, messageId: string): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`li[data-message="${CSS.escape(messageId)}"]`)
}

function firstVisible(scroller: HTMLElement): { messageId: string; top: number } | undefined {
  const edge = scroller.getBoundingClientRect().top
  for (const row of scroller.querySelectorAll<HTMLElement>('li[data-message]')) {
    const { top, bottom } = row.getBoundingClientRect()
    if (bottom > edge) return { messageId: row.dataset.message ?? '', top }
  }
  return undefined
}
