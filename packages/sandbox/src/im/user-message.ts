import type { Tenant } from '../tenant.ts'
import type { Mention } from './message-store.ts'
import type { SayOptions } from './say-options.ts'
import { systemText } from './system-message.ts'

/** What a user typed, as the platform stores it: text with placeholders, and the mentions behind them. */
export function userContent(
  tenant: Tenant,
  options: SayOptions,
): { messageType: string; content: string; mentions: readonly Mention[] } {
  const messageType = options.messageType ?? 'text'
  const mentions = mentionList(tenant, options.mentions ?? [])
  if (options.content !== undefined) {
    const content = typeof options.content === 'string' ? options.content : JSON.stringify(options.content)
    return { messageType, content, mentions }
  }
  if (messageType !== 'text') throw new Error(`A message of type "${messageType}" needs content, received text alone.`)
  if (options.text === undefined)
    throw new Error('A user says text, or content with its messageType; received neither.')
  let text = options.text
  for (const mention of mentions) {
    if (text.includes(mention.key)) continue
    const written = `@${mention.name}`
    text = text.includes(written) ? text.replace(written, mention.key) : `${mention.key} ${text}`
  }
  return { messageType, content: JSON.stringify({ text }), mentions }
}

function mentionList(tenant: Tenant, ids: readonly string[] | 'all'): Mention[] {
  if (ids === 'all') return [{ key: '@_all', actor: 'all', name: '所有人' }]
  return ids.map((id, index) => {
    const key = `@_user_${index + 1}`
    const actor = tenant.apps.has(id)
      ? ({ type: 'bot', id } as const)
      : (tenant.actorByOpenId(id)?.actor ?? ({ type: 'user', id: tenant.user(id).userId } as const))
    return { key, actor, name: tenant.nameOf(actor) }
  })
}

/** The words that a person would read, with names for placeholders. */
export function plainText(messageType: string, content: string, mentions: readonly Mention[]): string {
  let value: { text?: unknown; title?: unknown; content?: unknown; elements?: unknown }
  try {
    value = JSON.parse(content)
  } catch {
    return ''
  }
  if (typeof value !== 'object' || value === null) return ''
  let text = ''
  if (messageType === 'system') text = systemText(value as Record<string, unknown>)
  else if (messageType === 'text') text = String(value.text ?? '')
  else if (messageType === 'post' || messageType === 'interactive') {
    const lines = (messageType === 'post' ? value.content : value.elements) as Record<string, unknown>[][] | undefined
    const words = (Array.isArray(lines) ? lines : []).map((line) =>
      line.map((node) => (node.tag === 'at' ? node.user_id : (node.text ?? ''))).join(''),
    )
    text = [value.title, ...words].filter((line) => line !== undefined && line !== '').join('\n')
  }
  // Backwards, so that @_user_1 does not eat the start of @_user_10.
  for (const mention of mentions.toReversed()) text = text.replaceAll(mention.key, `@${mention.name}`)
  return text
}
