import type { SayOptions } from '../../../src/control.ts'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import type { Member } from '../session/directory.ts'
import { richPost, typedPost } from './rich-post.ts'

/** Everybody, as somebody to be mentioned. */
export const everyone = 'all'

/** What stands in the text field, and whom its @ names mean. */
export interface Draft {
  text: string
  /** Written as rich text, with marks such as **bold**. */
  rich: boolean
  title: string
  /** Everybody who was chosen while it was written. */
  mentions: readonly Pick<Member, 'id' | 'name'>[]
}

export const emptyDraft: Draft = { text: '', rich: false, title: '', mentions: [] }

/** An own message as it was typed, to be edited; undefined for what the text field cannot hold. */
export function draftOf({ messageType, content, text, mentions }: PageMessage): Draft | undefined {
  if (messageType === 'text') return { ...emptyDraft, text, mentions }
  const post = messageType === 'post' ? typedPost(content) : undefined
  if (!post) return undefined
  // Backwards, so that @_user_1 does not eat the start of @_user_10.
  const typed = mentions.toReversed().reduce((now, { key, name }) => now.replaceAll(key, `@${name}`), post.text)
  return { ...post, text: typed, rich: true, mentions }
}

/** What the draft says: text with placeholders for those whose @ name still stands in it, or a rich text. */
export function spoken(draft: Draft): Pick<SayOptions, 'messageType' | 'content' | 'mentions'> {
  const { text, ids } = placeholders(draft)
  const all = ids.includes(everyone)
  const mentions = all ? 'all' : ids
  if (!draft.rich) return { messageType: 'text', content: { text }, mentions }
  return { messageType: 'post', content: richPost(draft.title.trim(), text), mentions }
}

function placeholders(draft: Draft): { text: string; ids: string[] } {
  let text = draft.text.trim()
  const ids: string[] = []
  // Longer names first, so that @Ann does not take a part of @Annette.
  const known = draft.mentions.toSorted((one, other) => other.name.length - one.name.length)
  const all = known.some(({ id, name }) => id === everyone && text.includes(`@${name}`))
  for (const { id, name } of known) {
    const written = `@${name}`
    if (ids.includes(id) || !text.includes(written)) continue
    // A message mentions everybody or some, as the control verb takes it.
    if (all && id !== everyone) continue
    ids.push(id)
    text = text.replaceAll(written, id === everyone ? '@_all' : `@_user_${ids.length}`)
  }
  return { text, ids }
}
