import { Mic } from 'lucide-react'
import { textOf } from '../../../src/im/card-json.ts'
import styles from './audio.module.css'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'

/** A voice message in a card: the sandbox knows the file's key, and plays nothing. */
export function AudioElement({ element: { json } }: { element: CardElement }) {
  const { say } = useCard()
  const key = textOf(json.file_key) ?? textOf(json.audio_id) ?? ''
  return (
    <div className={styles.audio} role="img" aria-label={say.audio} title={key}>
      <Mic size={16} aria-hidden="true" />
      <span className={styles.waves} aria-hidden="true" />
      <span>{duration(json.duration ?? json.time)}</span>
    </div>
  )
}

function duration(ms: unknown): string {
  const seconds = Math.round(Number(ms) / 1000)
  return Number.isFinite(seconds) && seconds > 0
    ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    : ''
}
