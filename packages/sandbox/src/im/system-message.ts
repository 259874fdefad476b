import type { Platform } from '../api-call.ts'
import type { UserRecord } from '../tenant.ts'
import type { ChatRecord } from './chat-store.ts'

/** The first is documented (im-v1 message content, system), the others are made after it. */
const templates = {
  invited: '{from_user} invited {to_chatters} to this chat.',
  removed: '{from_user} removed {to_chatters} from this chat.',
  withdrew: '{from_user} withdrew the invitation of {to_chatters}.',
  left: '{from_user} left this chat.',
  renamed: '{from_user} changed the name of this chat to {chat_name}.',
}

/** Notes in the conversation what a member did with the group; no event tells of these messages. */
export function addSystemMessage(
  platform: Platform,
  chat: ChatRecord,
  user: UserRecord,
  what: keyof typeof templates,
  others: readonly { name: string }[],
  chatName?: string,
): void {
  const content = {
    template: templates[what],
    from_user: [user.name],
    to_chatters: what === 'left' ? [] : others.map(({ name }) => name),
    ...(chatName !== undefined && { chat_name: [chatName] }),
  }
  platform.messages.add({
    chatId: chat.chatId,
    sender: { type: 'user', id: user.userId },
    messageType: 'system',
    content: JSON.stringify(content),
    mentions: [],
  })
}

/** The words of a system message: its template with the names put in. */
export function systemText(content: Record<string, unknown>): string {
  return String(content.template ?? '').replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = content[name]
    return Array.isArray(value) ? value.join(', ') : place
  })
}
