import { ArrowDownLeft, ArrowLeftRight, ArrowUpRight } from 'lucide-react'
import { memo } from 'react'
import { type Say, useWords } from '../words/locale.ts'
import { elapsed, preciseTime } from './figures.ts'
import type { Row } from './row.ts'
import styles from './row-line.module.css'

const icons = { event: ArrowDownLeft, callback: ArrowLeftRight, call: ArrowUpRight }
const kinds = { event: 'inspectorEvent', callback: 'inspectorCallback', call: 'inspectorCall' } as const

/** One row: when, what, how it ended, and how long that took. */
export const RowLine = memo(function RowLine({ row }: { row: Row }) {
  const say = useWords()
  const Icon = icons[row.kind]
  return (
    <>
      <span className={styles.time}>{preciseTime(row.atMs)}</span>
      <Icon size={14} className={styles[row.kind]} role="img" aria-label={say(kinds[row.kind])} />
      <span className={styles.title} title={row.title}>
        {row.title}
      </span>
      <Badge row={row} />
      <span className={styles.elapsed}>{row.elapsedMs === undefined ? '' : elapsed(row.elapsedMs)}</span>
    </>
  )
})

/** How something stands, in a word. */
export function Badge({ row }: { row: Row }) {
  const say = useWords()
  return (
    <span className={styles.badge} data-standing={row.standing}>
      {outcome(row, say)}
    </span>
  )
}

function outcome(row: Row, say: Say): string {
  if (row.kind === 'call') {
    const { status, code, faultId } = row.call
    if (status === 0) return say('inspectorDropped')
    if (code === 0 && faultId !== undefined) return `${status} · ${say('inspectorFault')}`
    return code === 0 ? String(status) : `${status} · ${code}`
  }
  if (row.kind === 'callback') {
    const { outcome: ended, code } = row.callback
    if (ended === 'answered') return say('inspectorAnswered')
    if (ended === 'pending') return say('inspectorPending')
    return code === undefined ? say('inspectorFailed') : String(code)
  }
  const { state, attempts, nextPushAtMs } = row.event
  const times = attempts > 1 ? ` ×${attempts}` : ''
  if (state === 'acked') return say('inspectorAcked') + times
  if (state === 'given-up') return say('inspectorGivenUp') + times
  return nextPushAtMs === undefined
    ? say('inspectorPushed') + times
    : say('inspectorRepush', { time: preciseTime(nextPushAtMs).slice(0, 8) })
}
