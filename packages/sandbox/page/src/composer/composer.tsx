import { ALargeSmall, AtSign, Image, Paperclip, SendHorizontal, Smile, X } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { PageChat, PageMessage } from '../../../src/page-server/page-records.ts'
import { emojiOf } from '../emoji.ts'
import { EmojiPopover } from '../messages/reactions.tsx'
import { summaryOf } from '../messages/summary.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { AttachmentTray } from './attachment-tray.tsx'
import { BotMenu } from './bot-menu.tsx'
import { CompletionList, type Suggestion, useCompletion } from './completion.tsx'
import styles from './composer.module.css'
import { type Draft, draftOf, emptyDraft } from './draft.ts'
import { FormatBar, formatKey, formatted } from './format-bar.tsx'
import { sendDraft, sendEdit } from './send.ts'

/** What stands unsent in each conversation. */
const drafts = new Map<string, Draft>()

/** The text field of a conversation or a thread. */
export function Composer({
  chat,
  draftKey,
  replyTo,
  editing,
  inThread = false,
  onDone,
  dropped,
}: {
  chat: PageChat
  draftKey: string
  /** What the next message answers. */
  replyTo?: PageMessage | undefined
  /** The message that is edited; another one needs another composer. */
  editing?: PageMessage | undefined
  /** Answers go into the thread of `replyTo`. */
  inThread?: boolean
  /** The answer or the edit was sent or given up. */
  onDone?: () => void
  /** Files that were dropped on the conversation; the list changes with every drop. */
  dropped?: readonly File[] | undefined
}) {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  const field = useRef<HTMLTextAreaElement>(null)
  const filePicker = useRef<HTMLInputElement>(null)
  const imagePicker = useRef<HTMLInputElement>(null)
  const listId = useId()
  const [draft, setShown] = useState((editing ? draftOf(editing) : drafts.get(draftKey)) ?? emptyDraft)
  const [files, setFiles] = useState<readonly File[]>([])
  const [cursor, setCursor] = useState(draft.text.length)
  const [sending, setSending] = useState(false)
  const completion = useCompletion(chat, draft.text, cursor)
  const canSend = !sending && (draft.text.trim() !== '' || files.length > 0)

  const setDraft = (change: Partial<Draft>) => {
    const next = { ...draft, ...change }
    if (!editing) drafts.set(draftKey, next)
    setShown(next)
  }
  const addFiles = (more: Iterable<File>) => setFiles((now) => [...now, ...more])

  useLayoutEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, 240)}px`
  })
  useEffect(() => {
    if (replyTo || editing || matchMedia('(pointer: fine)').matches) field.current?.focus()
  }, [replyTo?.messageId, editing?.messageId])
  useEffect(() => {
    if (dropped && dropped.length > 0 && !editing) setFiles((now) => [...now, ...dropped])
  }, [dropped, editing])

  const insert = (text: string, from = cursor, change: Partial<Draft> = {}) => {
    setDraft({ ...change, text: draft.text.slice(0, from) + text + draft.text.slice(cursor) })
    const end = from + text.length
    setCursor(end)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(end, end)
    })
  }
  const take = ({ id, name, text, kind }: Suggestion) => {
    const mentions =
      kind === 'command' ? draft.mentions : [...draft.mentions.filter((known) => known.id !== id), { id, name }]
    insert(text, completion?.from, { mentions })
  }
  const format = (kind: Parameters<typeof formatted>[1]) => {
    const element = field.current
    if (!element) return
    const { text, start, end } = formatted(element, kind)
    setDraft({ text, rich: true })
    requestAnimationFrame(() => {
      element.focus()
      element.setSelectionRange(start, end)
    })
  }

  const send = async () => {
    if (!canSend) return
    setSending(true)
    try {
      if (editing) await sendEdit(user, editing.messageId, draft)
      else await sendDraft(user, chat, draft, files, replyTo && { messageId: replyTo.messageId, inThread })
      setDraft({ ...emptyDraft, rich: draft.rich })
      setFiles([])
      setCursor(0)
      onDone?.()
    } catch (error) {
      showToast('error', say('sendFailed', { reason: error instanceof Error ? error.message : String(error) }))
    } finally {
      setSending(false)
      field.current?.focus()
    }
  }

  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends a Chinese word is for the input method.
    if (event.nativeEvent.isComposing) return
    if (completion) {
      const { suggestions, chosen, choose, dismiss } = completion
      const suggestion = suggestions[chosen]
      if (event.key === 'ArrowDown') choose((chosen + 1) % suggestions.length)
      else if (event.key === 'ArrowUp') choose((chosen + suggestions.length - 1) % suggestions.length)
      else if ((event.key === 'Enter' || event.key === 'Tab') && suggestion) take(suggestion)
      else if (event.key === 'Escape') dismiss()
      else return
      event.preventDefault()
      event.stopPropagation()
      return
    }
    const key = formatKey(event)
    if (key && draft.rich) format(key)
    else if (event.key === 'Enter' && !event.shiftKey) void send()
    else if (event.key === 'Escape' && (editing || (replyTo && !inThread))) onDone?.()
    else if (event.key === 'ArrowUp' && draft.text === '') focusLastMessage(event.currentTarget)
    else return
    event.preventDefault()
  }

  const name = directory.chatName(chat, locale)
  const subject = editing ?? (inThread ? undefined : replyTo)
  return (
    <div className={styles.composer}>
      {completion && <CompletionList id={listId} completion={completion} onTake={take} />}
      {subject && (
        <div className={styles.reply}>
          <span className={styles.replyText}>
            <b>{editing ? say('editing') : say('replyTo', { name: directory.senderName(subject, locale) })}</b>{' '}
            {summaryOf(subject, user, directory, locale)}
          </span>
          <IconButton name={say('cancel')} keys="Esc" onClick={onDone}>
            <X size={16} />
          </IconButton>
        </div>
      )}
      <div className={styles.box}>
        {draft.rich && <FormatBar onFormat={format} />}
        {draft.rich && (
          <input
            className={styles.title}
            value={draft.title}
            placeholder={say('postTitle')}
            aria-label={say('postTitle')}
            onChange={(event) => setDraft({ title: event.target.value })}
          />
        )}
        <AttachmentTray files={files} onRemove={(file) => setFiles(files.filter((other) => other !== file))} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          value={draft.text}
          placeholder={inThread ? say('threadHint') : say('composerHint', { name })}
          aria-label={inThread ? say('threadHint') : say('composerHint', { name })}
          aria-controls={completion ? listId : undefined}
          aria-activedescendant={completion ? `${listId}-${completion.chosen}` : undefined}
          onChange={(event) => {
            setDraft({ text: event.target.value })
            setCursor(event.target.selectionStart)
            completion?.choose(0)
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files]
            if (pasted.length === 0 || editing) return
            event.preventDefault()
            addFiles(pasted)
          }}
        />
        <div className={styles.tools}>
          {chat.type === 'p2p' && !inThread && <BotMenu appId={chat.appIds[0] ?? ''} />}
          <IconButton name={say('richText')} aria-pressed={draft.rich} onClick={() => setDraft({ rich: !draft.rich })}>
            <ALargeSmall size={19} />
          </IconButton>
          <EmojiPopover label={say('emoji')} onPick={(emojiType) => insert(emojiOf(emojiType))}>
            <button type="button" className={styles.tool} aria-label={say('emoji')}>
              <Smile size={18} />
            </button>
          </EmojiPopover>
          <IconButton name={say('mention')} keys="@" onClick={() => insert(/\S$/.test(draft.text) ? ' @' : '@')}>
            <AtSign size={18} />
          </IconButton>
          {!editing && (
            <>
              <IconButton name={say('attachImage')} onClick={() => imagePicker.current?.click()}>
                <Image size={18} />
              </IconButton>
              <IconButton name={say('attachFile')} onClick={() => filePicker.current?.click()}>
                <Paperclip size={18} />
              </IconButton>
            </>
          )}
          <span className={styles.hint}>{say('sendHint')}</span>
          <IconButton name={say('send')} keys="Enter" className={styles.send} disabled={!canSend} onClick={send}>
            <SendHorizontal size={18} />
          </IconButton>
        </div>
      </div>
      <Picker ref={imagePicker} accept="image/*" onFiles={addFiles} />
      <Picker ref={filePicker} onFiles={addFiles} />
    </div>
  )
}

function Picker({
  ref,
  accept,
  onFiles,
}: {
  ref: React.Ref<HTMLInputElement>
  accept?: string
  onFiles: (files: Iterable<File>) => void
}) {
  return (
    <input
      ref={ref}
      type="file"
      multiple
      hidden
      accept={accept}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])])
        event.target.value = ''
      }}
    />
  )
}

function focusLastMessage(field: HTMLElement): void {
  const rows = field.closest('[data-conversation]')?.querySelectorAll<HTMLElement>('li[data-message][tabindex]')
  rows?.item(rows.length - 1)?.focus()
}
