import { LayoutTemplate, TriangleAlert } from 'lucide-react'
import { Component, type MouseEvent, type ReactNode, useMemo, useState } from 'react'
import { type Json, objectOf, textOf } from '../../../src/im/card-json.ts'
import { readCard } from './card.ts'
import { type CardContext, CardProvider } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './card-view.module.css'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Elements } from './element.tsx'
import { CardHeader } from './header.tsx'
import { containerStyle } from './layout.ts'
import './palette.css'
import { openLink } from './safe-link.tsx'
import { words } from './words.ts'

/** What a person did with an element of a card. */
export interface CardAction {
  /** Its `name` or `element_id`, where it has one. */
  element?: string
  /** Where it stands in the card's JSON, as a JSON pointer such as `/body/elements/0`. */
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
  /** Who can be chosen where the card names nobody: the members of the chat. */
  people?: readonly { id: string; name: string }[] | undefined
  locale: 'zh' | 'en'
  /** Nothing can be clicked. */
  disabled?: boolean
  /** The `element` or `elementPath` that waits for the bot's answer. */
  pending?: string | undefined
}

const nobody: NonNullable<CardViewProps['people']> = []

/** A card in a conversation. */
export function CardView(props: CardViewProps) {
  // A card that is too wrong to be drawn must not take the conversation with it; another card may be right again.
  return (
    <ErrorBox key={props.messageId} card={props.card} title={words[props.locale].broken}>
      <DrawnCard {...props} />
    </ErrorBox>
  )
}

function DrawnCard(props: CardViewProps) {
  const { card, messageId, onAction, imageUrl, userName, people = nobody, locale, disabled = false } = props
  const [question, setQuestion] = useState<{ confirm: Json; answer: (sure: boolean) => void }>()
  const [asking, setAsking] = useState<string>()
  const read = useMemo(() => readCard(card, locale), [card, locale])
  const say = words[locale]
  if ('problem' in read) return <Broken title={say.broken} problem={read.problem} />
  if ('template' in read) {
    return (
      <div className={styles.template}>
        <LayoutTemplate size={18} aria-hidden="true" />
        <div>
          <strong>
            {say.template} <code>{read.template}</code>
          </strong>
          <p>{say.templateNote}</p>
        </div>
      </div>
    )
  }
  const context: CardContext = {
    locale,
    version: read.version,
    config: read.config,
    imageUrl,
    userName,
    people,
    still: disabled || asking !== undefined || props.pending !== undefined,
    pending: asking ?? props.pending,
    confirm({ json }) {
      if (json.confirm === undefined || json.confirm === null) return Promise.resolve(true)
      return new Promise((resolve) => {
        const answer = (sure: boolean) => {
          setQuestion(undefined)
          resolve(sure)
        }
        setQuestion({ confirm: objectOf(json.confirm), answer })
      })
    },
    async act(element, deed) {
      setAsking(element.path)
      try {
        await onAction({ ...named(element), elementPath: element.path, ...deed })
      } finally {
        setAsking(undefined)
      }
    },
  }
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element
    const free = !target.closest('a, button, input, textarea, label, summary, [role="button"], [role="link"]')
    if (free && event.currentTarget.contains(target)) openLink(read.link)
  }
  return (
    <CardProvider value={context}>
      {/* The link of a whole card is a convenience for the mouse; its controls are what the keyboard reaches. */}
      <article
        className={styles.card}
        data-width={textOf(read.config.width_mode) ?? (read.config.wide_screen_mode === false ? 'compact' : 'default')}
        data-link={read.link !== undefined}
        data-message={messageId}
        {...(read.link !== undefined && { onClick })}
      >
        {read.header && <CardHeader header={read.header} />}
        {read.elements.length > 0 && (
          <div className={styles.body} style={containerStyle(read.body, read.config, '8px')}>
            <Elements elements={read.elements} />
          </div>
        )}
        {asking !== undefined && (
          <span className={styles.hidden} role="status">
            {say.waiting}
          </span>
        )}
      </article>
      {question && <ConfirmDialog confirm={question.confirm} onAnswer={question.answer} />}
    </CardProvider>
  )
}

function named({ json }: CardElement): { element?: string } {
  const element = textOf(json.name) ?? textOf(json.element_id)
  return element === undefined ? {} : { element }
}

function Broken({ title, problem }: { title: string; problem: string }) {
  return (
    <div className={styles.broken} role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <strong>{title}</strong>
        <p>{problem}</p>
      </div>
    </div>
  )
}

interface ErrorBoxProps {
  card: unknown
  title: string
  children: ReactNode
}

class ErrorBox extends Component<ErrorBoxProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidUpdate(before: ErrorBoxProps) {
    if (this.state.error && before.card !== this.props.card) this.setState({ error: undefined })
  }

  override render() {
    const { error } = this.state
    return error ? <Broken title={this.props.title} problem={error.message} /> : this.props.children
  }
}
