import { createContext, useContext } from 'react'
import type { Json } from '../../../src/im/card-json.ts'
import type { Locale } from './card.ts'
import type { CardElement } from './card-element.ts'
import type { CardAction } from './card-view.tsx'
import { words } from './words.ts'

/** What a person did with an element, without saying which. */
export type Deed = Omit<CardAction, 'element' | 'elementPath'>

/** What every element of a card knows. */
export interface CardContext {
  locale: Locale
  version: '1.0' | '2.0'
  config: Json
  imageUrl: (imageKey: string) => string
  userName: (id: string) => string
  /** Who can be chosen where a card names nobody. */
  people: readonly { id: string; name: string }[]
  /** Nothing can be used: the card is disabled, or the bot is being asked. */
  still: boolean
  /** Path or name of the element that waits for the bot. */
  pending: string | undefined
  /** Asks what the element wants to have confirmed; true at once when it asks nothing. */
  confirm: (element: CardElement) => Promise<boolean>
  /** Tells the bot. */
  act: (element: CardElement, deed: Deed) => Promise<void>
}

const Context = createContext<CardContext | undefined>(undefined)

/** Gives elements their card. */
export const CardProvider = Context.Provider

/** The card around an element, and the words in its language. */
export function useCard(): CardContext & { say: (typeof words)[Locale] } {
  const card = useContext(Context)
  if (!card) throw new Error('An element of a card is drawn outside of CardView')
  return { ...card, say: words[card.locale] }
}

/** Whether this element waits for the bot. */
export function isPending(card: CardContext, { json, path }: CardElement): boolean {
  const { pending } = card
  return pending !== undefined && (pending === path || pending === json.name || pending === json.element_id)
}
