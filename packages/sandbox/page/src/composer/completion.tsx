import { AtSign, Slash } from 'lucide-react'
import { useState } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import styles from './completion.module.css'
import { everyone } from './draft.ts'

/** Something that completes what is being typed. */
export interface Suggestion {
  id: string
  name: string
  hint: string
  kind: 'user' | 'bot' | 'all' | 'command'
  /** Takes the place of what was typed from `from` on. */
  text: string
}

/** The suggestions for what stands before the cursor, and which one is chosen. */
export interface Completion {
  suggestions: readonly Suggestion[]
  from: number
  chosen: number
  choose: (index: number) => void
  dismiss: () => void
}

const maxSuggestions = 30

/** Completes `@` to members of the chat and `/` to commands of its bots. */
export function useCompletion(chat: PageChat, text: string, cursor: number): Completion | undefined {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  const [chosen, choose] = useState(0)
  const [dismissed, setDismissed] = useState<string>()
  const before = text.slice(0, cursor)
  const word = /(?:^|[\s(（，。:：])@([^\s@]{0,20})$/.exec(before) ?? /^\/(\S{0,40})$/.exec(before)
  const trigger = word && `${word[0]}${cursor}`
  if (!word || dismissed === trigger) return undefined
  const typed = (word[1] ?? '').toLowerCase()
  const isCommand = before.startsWith('/') && !word[0].includes('@')
  const found = isCommand ? commands() : members()
  const suggestions = found
    .filter(({ name, hint, id }) => [name, hint, id].some((each) => each.toLowerCase().includes(typed)))
    .slice(0, maxSuggestions)
  if (suggestions.length === 0) return undefined
  const last = Math.min(chosen, suggestions.length - 1)
  const dismiss = () => setDismissed(trigger ?? undefined)
  return { suggestions, from: cursor - typed.length - 1, chosen: last, choose, dismiss }

  function commands(): Suggestion[] {
    const all = chat.appIds.flatMap((appId) => directory.app(appId)?.commands ?? [])
    return all.map(({ command, description, i18n }) => {
      const name = `/${command}`
      const hint = i18n[locale === 'zh' ? 'zh_cn' : 'en_us'] ?? description
      return { id: name, name, hint, kind: 'command', text: `${name} ` }
    })
  }

  function members(): Suggestion[] {
    const others = directory
      .members(chat, locale)
      .filter(({ type, id }) => type === 'bot' || id !== user)
      .map(({ type, id, name }): Suggestion => {
        const hint = type === 'bot' ? say('bot') : (directory.person(id)?.userId ?? '')
        return { id, name, hint, kind: type, text: `@${name} ` }
      })
    const all: Suggestion = {
      id: everyone,
      name: say('everyone'),
      hint: 'all',
      kind: 'all',
      text: `@${say('everyone')} `,
    }
    return chat.type === 'group' ? [...others, all] : others
  }
}

/** The list of suggestions above the text field. */
export function CompletionList({
  id,
  completion,
  onTake,
}: {
  id: string
  completion: Completion
  onTake: (suggestion: Suggestion) => void
}) {
  const { suggestions, chosen, choose } = completion
  return (
    <div className={styles.list} role="listbox" id={id}>
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.id}
          id={`${id}-${index}`}
          ref={(element) => {
            if (index === chosen) element?.scrollIntoView({ block: 'nearest' })
          }}
          className={styles.item}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onMouseMove={() => choose(index)}
          // The text field keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault()
            onTake(suggestion)
          }}
        >
          <Picture suggestion={suggestion} />
          <span>{suggestion.name}</span>
          <span className={styles.hint}>{suggestion.hint}</span>
        </div>
      ))}
    </div>
  )
}

function Picture({ suggestion: { kind, id, name } }: { suggestion: Suggestion }) {
  if (kind === 'command') return <Slash size={16} aria-hidden="true" />
  if (kind === 'all') return <AtSign size={18} aria-hidden="true" />
  return <Avatar id={id} name={name} kind={kind} size={24} />
}
