import { useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef } from 'react'
import { useWords } from '../words/locale.ts'
import type { Row } from './row.ts'
import { RowLine } from './row-line.tsx'
import styles from './row-list.module.css'

const rowHeight = 32
const pageRows = 12

/** The rows, of which only those in sight are drawn; it stays with the newest while nobody scrolls up. */
export function RowList({
  rows,
  selected,
  onSelect,
}: {
  rows: readonly Row[]
  selected: string | undefined
  onSelect: (key: string | undefined) => void
}) {
  const say = useWords()
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  })
  const newest = rows.at(-1)?.key
  useLayoutEffect(() => {
    if (atEnd.current) virtual.scrollToIndex(rows.length - 1, { align: 'end' })
  }, [newest, rows.length, virtual])

  const select = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (!row) return
    onSelect(row.key)
    virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' })
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = rows.findIndex(({ key }) => key === selected)
    const from = at < 0 ? rows.length : at
    if (event.key === 'ArrowDown') select(at < 0 ? rows.length - 1 : at + 1)
    else if (event.key === 'ArrowUp') select(from - 1)
    else if (event.key === 'PageDown') select(from + pageRows)
    else if (event.key === 'PageUp') select(from - pageRows)
    else if (event.key === 'Home') select(0)
    else if (event.key === 'End') select(rows.length - 1)
    else if (event.key === 'Escape' && selected !== undefined) onSelect(undefined)
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={box}
      className={styles.box}
      role="listbox"
      tabIndex={0}
      aria-label={say('inspectorRows')}
      aria-activedescendant={selected === undefined ? undefined : optionId(selected)}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < rowHeight
      }}
    >
      <div style={{ height: virtual.getTotalSize() }} className={styles.all}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          if (!row) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the list has the focus and the keys
            <div
              key={key}
              id={optionId(row.key)}
              role="option"
              aria-selected={row.key === selected}
              aria-posinset={index + 1}
              aria-setsize={rows.length}
              className={styles.row}
              data-standing={row.standing}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onSelect(row.key === selected ? undefined : row.key)}
            >
              <RowLine row={row} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function optionId(key: string): string {
  return `row-${key.replace(' ', '-')}`
}
