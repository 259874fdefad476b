import type { MessageRecord } from './message-store.ts'

/** A card as it was sent. */
export type Card = Record<string, unknown>

/** The two texts of a card: as others read it, and as it was sent. */
export type CardTexts = Pick<MessageRecord, 'content' | 'sentContent'>

/** The card in a message's sent content. */
export function readCard(sentContent: string): Card {
  return JSON.parse(sentContent) as Card
}

/** Whether everybody sees the same card: always in schema 2.0, by `config.update_multi` in 1.0 (docs: card JSON structure). */
export function isShared(card: Card): boolean {
  if (card.schema === '2.0') return true
  const config = card.config as { update_multi?: unknown } | null | undefined
  return config?.update_multi === true
}

/** Puts another card in place, for everybody or for one person alone. */
export function setCard(message: MessageRecord, texts: CardTexts, nowMs: number, onlyFor?: string): void {
  if (onlyFor === undefined) Object.assign(message, texts)
  else message.cardsByUser = new Map(message.cardsByUser).set(onlyFor, texts)
  message.updated = true
  message.updateTimeMs = nowMs
}
