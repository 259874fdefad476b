import { Bold, Code, Italic, Link, List, Strikethrough } from 'lucide-react'
import { IconButton } from '../ui/icon-button.tsx'
import type { Word } from '../words/en.ts'
import { useWords } from '../words/locale.ts'
import styles from './format-bar.module.css'

/** What can be made of the selected words. */
export type Format = 'bold' | 'italic' | 'strike' | 'link' | 'list' | 'code'

const formats: readonly [format: Format & Word, icon: typeof Bold, keys: string][] = [
  ['bold', Bold, 'Ctrl B'],
  ['italic', Italic, 'Ctrl I'],
  ['strike', Strikethrough, 'Ctrl Shift X'],
  ['link', Link, 'Ctrl Shift K'],
  ['list', List, ''],
  ['code', Code, ''],
]
const marks: Readonly<Partial<Record<Format, string>>> = { bold: '**', italic: '*', strike: '~~' }

export function FormatBar({ onFormat }: { onFormat: (format: Format) => void }) {
  const say = useWords()
  return (
    <div className={styles.bar} role="toolbar" aria-label={say('richText')}>
      {formats.map(([format, Icon, keys]) => (
        <IconButton key={format} name={say(format)} keys={keys} onClick={() => onFormat(format)}>
          <Icon size={16} />
        </IconButton>
      ))}
    </div>
  )
}

/** The format that a key asks for. */
export function formatKey(event: React.KeyboardEvent): Format | undefined {
  if (!event.ctrlKey && !event.metaKey) return undefined
  const key = event.key.toLowerCase()
  if (event.shiftKey) return key === 'x' ? 'strike' : key === 'k' ? 'link' : undefined
  return key === 'b' ? 'bold' : key === 'i' ? 'italic' : undefined
}

/** The text with marks around the selection, and what is selected then. */
export function formatted(field: HTMLTextAreaElement, format: Format): { text: string; start: number; end: number } {
  const { value, selectionStart: from, selectionEnd: until } = field
  const selected = value.slice(from, until)
  const put = (before: string, inner: string, after: string) => ({
    text: value.slice(0, from) + before + inner + after + value.slice(until),
    start: from + before.length,
    end: from + before.length + inner.length,
  })
  const mark = marks[format]
  if (mark !== undefined) return put(mark, selected, mark)
  if (format === 'code') return put('```\n', selected, '\n```')
  if (format === 'link') {
    const linked = put('[', selected, '](https://)')
    // With words selected the address is what is missing.
    return selected === '' ? linked : { ...linked, start: linked.end + 2, end: linked.end + 10 }
  }
  const lines = (selected || '').split('\n').map((line) => `- ${line}`)
  return put('', lines.join('\n'), '')
}
