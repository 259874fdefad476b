import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/icon-button.tsx'
import { useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import styles from './pane.module.css'

/** Something beside the conversation; on narrow windows it covers it. */
export function Pane({
  title,
  hint,
  width,
  edge,
  children,
}: {
  title: string
  hint?: string
  /** Pixels, on wide windows. */
  width?: number
  /** What changes the width. */
  edge?: ReactNode
  children: ReactNode
}) {
  const say = useWords()
  const { setPane } = useWorkspace()
  return (
    <aside
      className={styles.pane}
      style={{ '--width': width === undefined ? undefined : `${width}px` } as React.CSSProperties}
      aria-label={title}
    >
      {edge}
      <header className={styles.header}>
        <h2>{title}</h2>
        {hint && <span className={styles.hint}>{hint}</span>}
        <IconButton name={say('close')} keys="Esc" side="bottom" onClick={() => setPane(undefined)}>
          <X size={19} />
        </IconButton>
      </header>
      {children}
    </aside>
  )
}
