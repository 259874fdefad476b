import type { CSSProperties, ReactNode } from 'react'
import styles from './tag.module.css'

/** A small coloured label. */
export function Tag({ hue, children }: { hue: string; children: ReactNode }) {
  return (
    <span className={styles.tag} style={{ '--hue': `var(--card-${hue})` } as CSSProperties}>
      {children}
    </span>
  )
}
