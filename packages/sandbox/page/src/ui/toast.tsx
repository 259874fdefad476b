import { CircleAlert, CircleCheck, CircleX, Info } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import styles from './toast.module.css'

/** The four kinds that a bot's answer to a card may have (docs: cardkit-v1 card-callback-communication). */
export type ToastKind = 'info' | 'success' | 'warning' | 'error'

interface ShownToast {
  id: number
  kind: ToastKind
  text: string
}

const icons = { info: Info, success: CircleCheck, warning: CircleAlert, error: CircleX }
const shownMs = 3500
const listeners = new Set<() => void>()
let toasts: readonly ShownToast[] = []
let lastId = 0

/** Shows a sentence above everything for a moment. */
export function showToast(kind: ToastKind, text: string): void {
  lastId += 1
  const toast = { id: lastId, kind, text }
  setToasts([...toasts, toast].slice(-3))
  setTimeout(() => setToasts(toasts.filter((other) => other !== toast)), shownMs + text.length * 30)
}

/** Where toasts appear; there is one of it. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {shown.map(({ id, kind, text }) => {
        const Icon = icons[kind]
        return (
          <div key={id} className={`${styles.toast} ${styles[kind]}`} data-kind={kind}>
            <Icon size={18} aria-hidden="true" />
            <span>{text}</span>
          </div>
        )
      })}
    </div>
  )
}

function setToasts(next: readonly ShownToast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
