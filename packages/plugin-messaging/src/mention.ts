import { messagingError } from './errors.ts'

/** A place in a text where somebody is mentioned; made by {@link mention} and {@link mentionAll}. */
export interface MentionPart {
  readonly kind: 'mention'
  /** open_id, union_id or user_id; `all` for everybody. */
  readonly id: string
  /** Shown where the platform cannot find the person. */
  readonly name: string
}

/** Somebody with an open id: `message.sender`, or an entry of `message.mentions`. */
export interface Mentionable {
  /** `ou_…` */
  readonly openId: string
  readonly name?: string | undefined
}

/**
 * Mentions one person, who is notified. Goes into a text: `` text`Hi ${mention(message.sender)}!` ``.
 *
 * Takes an open_id (`ou_…`, of the app that sends), union_id or user_id, or somebody with an `openId`. The platform puts
 * in the person's current name (open.feishu.cn docs: im-v1 message content, text).
 * @throws MESSAGING_MENTION_INVALID
 */
export function mention(person: string | Mentionable, name?: string): MentionPart {
  const id = typeof person === 'string' ? person : person?.openId
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id) || id.toLowerCase() === 'all')
    throw messagingError('MESSAGING_MENTION_INVALID', {
      message: `mention() received ${typeof id === 'string' ? `${id.length} characters that begin with "${id.slice(0, 3)}"` : typeof id}, which is no id of a user`,
    })
  const shown = name ?? (typeof person === 'string' ? '' : person.name) ?? ''
  return { kind: 'mention', id, name: shown }
}

/** Mentions everybody in a group. The group must allow it. */
export function mentionAll(): MentionPart {
  return { kind: 'mention', id: 'all', name: '' }
}
