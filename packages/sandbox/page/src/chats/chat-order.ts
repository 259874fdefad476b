import type { PageChat } from '../../../src/page-server/page-records.ts'

/** The chat that something happened in last stands first; untouched direct chats with bots follow, then groups. */
export function orderedChats(chats: Iterable<PageChat>): PageChat[] {
  return [...chats].sort((one, other) => {
    const later = (other.lastMessage?.seq ?? 0) - (one.lastMessage?.seq ?? 0)
    if (later !== 0) return later
    if (one.type !== other.type) return one.type === 'p2p' ? -1 : 1
    return one.name.localeCompare(other.name)
  })
}
