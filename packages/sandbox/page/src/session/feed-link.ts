import type { FeedItem } from '../../../src/page-server/page-records.ts'

const firstDelayMs = 300
const maxDelayMs = 5000

/** What hears the feed. */
export interface FeedListener {
  items: (items: readonly FeedItem[]) => void
  /** The feed broke, or is back. */
  online: (online: boolean) => void
}

/**
 * Listens to what changes in the sandbox, and comes back when the connection breaks; answers how to end that.
 *
 * @param query whose feed, or that of the inspector
 */
export function openFeed(query: { user: string; inspect?: '1' }, listener: FeedListener): () => void {
  let socket: WebSocket | undefined
  let timer: number | undefined
  let delayMs = firstDelayMs
  let ended = false

  const connect = () => {
    const address = new URL(`/sandbox/feed?${new URLSearchParams(query)}`, location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    socket = new WebSocket(address)
    socket.onopen = () => {
      delayMs = firstDelayMs
      listener.online(true)
    }
    socket.onmessage = ({ data }: MessageEvent<string>) => listener.items(JSON.parse(data) as FeedItem[])
    socket.onclose = () => {
      if (ended) return
      listener.online(false)
      timer = window.setTimeout(connect, delayMs)
      delayMs = Math.min(maxDelayMs, delayMs * 1.7)
    }
  }
  connect()
  return () => {
    ended = true
    window.clearTimeout(timer)
    socket?.close()
  }
}
