import { Search, X } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useDirectory, useSessionState } from '../session/use-session.ts'
import { type Locale, useLocale, useWords } from '../words/locale.ts'
import type { Filter } from './filter.ts'
import styles from './filter-bar.module.css'
import type { Row } from './row.ts'

/** What narrows the list; `children` are more buttons. */
export function FilterBar({
  rows,
  filter,
  onFilter,
  children,
}: {
  rows: readonly Row[]
  filter: Filter
  onFilter: (filter: Omit<Filter, 'kind'>) => void
  children: ReactNode
}) {
  const say = useWords()
  const { apps } = useDirectory()
  const chats = useChatNames(useLocale())
  const { kind, ...rest } = filter
  const titles = useMemo(() => titlesOf(rows, kind), [rows, kind])
  const change = (part: Partial<Filter>) => onFilter({ ...rest, ...part })
  return (
    <search className={styles.bar}>
      <div className={styles.line}>
        <label className={styles.search}>
          <Search size={14} aria-hidden="true" />
          <input
            type="search"
            value={filter.text}
            placeholder={say('inspectorSearch')}
            aria-label={say('inspectorSearch')}
            onChange={({ target }) => change({ text: target.value })}
          />
        </label>
        {children}
      </div>
      <div className={styles.line}>
        <Choice
          label={say('inspectorType')}
          value={filter.title}
          onChange={(title) => change({ title })}
          choices={titles.map((title) => [title, title])}
        />
        {apps.length > 1 && (
          <Choice
            label={say('inspectorApp')}
            value={filter.appId}
            onChange={(appId) => change({ appId })}
            choices={apps.map(({ appId, name }) => [appId, name])}
          />
        )}
        <Choice
          label={say('inspectorChat')}
          value={filter.chatId}
          onChange={(chatId) => change({ chatId })}
          choices={chats}
        />
        <label className={styles.only}>
          <input
            type="checkbox"
            checked={filter.onlyBad}
            onChange={({ target }) => change({ onlyBad: target.checked })}
          />
          {say('inspectorOnlyBad')}
        </label>
      </div>
      {filter.messageId !== '' && (
        <button type="button" className={styles.chip} onClick={() => change({ messageId: '' })}>
          <span>{filter.messageId}</span>
          <X size={13} aria-label={say('remove')} />
        </button>
      )}
    </search>
  )
}

function Choice({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: string
  choices: readonly (readonly [value: string, name: string])[]
  onChange: (value: string) => void
}) {
  return (
    <select
      className={styles.choice}
      aria-label={label}
      value={value}
      data-chosen={value !== ''}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">{label}</option>
      {choices.map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  )
}

function titlesOf(rows: readonly Row[], kind: Filter['kind']): string[] {
  const fitting = kind === 'all' ? rows : rows.filter((row) => (row.kind === 'call') === (kind === 'calls'))
  return [...new Set(fitting.map(({ title }) => title))].sort()
}

function useChatNames(locale: Locale): (readonly [string, string])[] {
  const directory = useDirectory()
  const chats = useSessionState((state) => state.chats)
  return [...chats.values()].map(({ chatId, name, appIds }) => {
    const bot = appIds[0] === undefined ? chatId : directory.nameOf(appIds[0], locale)
    return [chatId, name === '' ? bot : name]
  })
}
