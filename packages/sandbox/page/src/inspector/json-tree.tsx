import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../words/locale.ts'
import styles from './json-tree.module.css'

/** Deeper parts are closed at first. */
const openDepth = 4
/** More entries of one list or object come when they are asked for. */
const portion = 100

/** JSON to look into; texts that are JSON themselves are shown as such. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <div className={styles.tree}>
      <Node value={value} depth={0} />
    </div>
  )
}

function Node({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const say = useWords()
  const inner = typeof value === 'string' ? jsonIn(value) : undefined
  const shown = inner ?? value
  const [open, setOpen] = useState(depth < openDepth)
  const [count, setCount] = useState(portion)
  const label = name !== undefined && <span className={styles.name}>{name}: </span>
  if (typeof shown !== 'object' || shown === null) {
    return (
      <div className={styles.leaf}>
        {label}
        <span className={styles[typeof shown] ?? styles.nothing}>{JSON.stringify(shown)}</span>
      </div>
    )
  }
  const entries = Object.entries(shown)
  const [start, end] = Array.isArray(shown) ? ['[', ']'] : ['{', '}']
  return (
    <div>
      <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={12} aria-hidden="true" />
        {label}
        {inner !== undefined && <span className={styles.mark}>JSON </span>}
        {open ? start : `${start} ${entries.length} ${end}`}
      </button>
      {open && (
        <div className={styles.inside}>
          {entries.slice(0, count).map(([key, part]) => (
            <Node key={key} name={key} value={part} depth={depth + 1} />
          ))}
          {entries.length > count && (
            <button type="button" className={styles.more} onClick={() => setCount(count + portion)}>
              {say('inspectorMore', { count: entries.length - count })}
            </button>
          )}
        </div>
      )}
      {open && <div className={styles.end}>{end}</div>}
    </div>
  )
}

function jsonIn(text: string): object | undefined {
  if (!/^[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
