/** What a person did with an element of a card. */
export interface CardAction {
  /** Its `name`, `element_id` or the words on it. */
  element?: string
  /** Where it stands in the card's JSON, when its words do not tell it apart. */
  elementPath?: string
  /** What stands in the form around it, by name. */
  formValue?: Record<string, unknown>
  inputValue?: string
  option?: string
  options?: string[]
  checked?: boolean
}

/** What a card needs of the page around it. */
export interface CardViewProps {
  /** The card as the bot sent it, schema 1.0 or 2.0. */
  card: Record<string, unknown>
  messageId: string
  /** Resolves when the bot has answered, or failed to. */
  onAction: (action: CardAction) => Promise<void>
  /** Address of an image by its key. */
  imageUrl: (imageKey: string) => string
  /** Name of a person by any of their ids. */
  userName: (id: string) => string
  locale: 'zh' | 'en'
  /** Nothing can be clicked. */
  disabled?: boolean
  /** The `element` or `elementPath` that waits for the bot's answer. */
  pending?: string | undefined
}

/** A card in a conversation. */
export function CardView({ card }: CardViewProps) {
  return <pre>{JSON.stringify(card, null, 2)}</pre>
}
