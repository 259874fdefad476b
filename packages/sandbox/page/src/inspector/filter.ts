import type { Row } from './row.ts'

/** Which rows are wanted; empty texts want all. */
export interface Filter {
  kind: 'all' | 'events' | 'calls'
  text: string
  appId: string
  title: string
  chatId: string
  /** Rows of one message. */
  messageId: string
  onlyBad: boolean
}

export const everything: Omit<Filter, 'kind'> = {
  text: '',
  appId: '',
  title: '',
  chatId: '',
  messageId: '',
  onlyBad: false,
}

export function filtered(rows: readonly Row[], filter: Filter): readonly Row[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((row) => {
    if (filter.kind !== 'all' && (filter.kind === 'calls') !== (row.kind === 'call')) return false
    if (filter.onlyBad && row.standing !== 'bad') return false
    if (filter.appId !== '' && row.appId !== filter.appId) return false
    if (filter.title !== '' && row.title !== filter.title) return false
    if (filter.chatId !== '' && !row.chatIds.includes(filter.chatId)) return false
    if (filter.messageId !== '' && !row.messageIds.includes(filter.messageId)) return false
    return words.every((word) => row.text.includes(word))
  })
}

/** Whether anything is left out. */
export function isNarrow({ kind: _kind, ...filter }: Filter): boolean {
  return Object.values(filter).some((value) => value !== '' && value !== false)
}
