import { useState } from 'react'
import type { CallbackResult } from '../../../src/control.ts'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { type CardAction, CardView } from '../card/card-view.tsx'
import { control, resourceUrl } from '../session/client.ts'
import { useChat, useDirectory, useSession } from '../session/use-session.ts'
import { showToast, type ToastKind } from '../ui/toast.tsx'
import { type Locale, useLocale, useWords, wordsNow } from '../words/locale.ts'
import styles from './card-message.module.css'

/** A bot's card; what a person does with it goes to the bot, and its answer shows as on the platform. */
export function CardMessage({ message }: { message: PageMessage }) {
  const { user } = useSession()
  const directory = useDirectory()
  const chat = useChat(message.chatId)
  const locale = useLocale()
  const say = useWords()
  const [pending, setPending] = useState<string>()
  const card = cardOf(message.card)
  if (!card) return <p className={styles.broken}>{say('cardBroken')}</p>

  const act = async (action: CardAction) => {
    setPending(action.elementPath ?? action.element ?? '')
    try {
      const { messageId } = message
      tell(await control('clickCard', { user, messageId, ...action }), locale)
    } catch (error) {
      showToast('error', say('failed', { reason: error instanceof Error ? error.message : String(error) }))
    } finally {
      setPending(undefined)
    }
  }

  return (
    <div className={styles.card}>
      <CardView
        card={card}
        messageId={message.messageId}
        onAction={act}
        imageUrl={resourceUrl}
        userName={(id) => directory.nameOf(id, locale)}
        people={chat?.userIds.map((id) => ({ id, name: directory.nameOf(id, locale) }))}
        locale={locale}
        disabled={message.deleted}
        pending={pending}
      />
    </div>
  )
}

function cardOf(json: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

interface BotToast {
  type?: ToastKind
  content?: string
  i18n?: Readonly<Record<string, string>>
}

function tell(result: CallbackResult, locale: Locale): void {
  const say = wordsNow()
  if (result.outcome === 'answered') {
    const toast = (result.response as { toast?: BotToast } | undefined)?.toast
    const text = toast?.i18n?.[locale === 'zh' ? 'zh_cn' : 'en_us'] ?? toast?.content
    if (text) showToast(toast?.type ?? 'info', text)
    return
  }
  const words = { timeout: 'cardTimeout', 'not-connected': 'cardOffline', failed: 'cardFailed' } as const
  showToast('error', `${say(words[result.outcome])}${result.code === undefined ? '' : ` (${result.code})`}`)
}
