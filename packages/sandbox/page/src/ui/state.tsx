import type { ReactNode } from 'react'
import styles from './state.module.css'

/** What stands where content would: nothing yet, nothing found, or a failure with what to do next. */
export function EmptyState({
  icon,
  title,
  hint,
  children,
}: {
  icon?: ReactNode
  title: string
  hint?: string
  children?: ReactNode
}) {
  return (
    <div className={styles.empty}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </div>
  )
}

/** Grey shapes where rows will stand. */
export function Skeleton({ rows, label }: { rows: number; label: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.row}>
          <span className={styles.circle} />
          <span className={styles.lines}>
            <span style={{ width: `${30 + ((row * 17) % 25)}%` }} />
            <span style={{ width: `${50 + ((row * 29) % 40)}%` }} />
          </span>
        </div>
      ))}
    </div>
  )
}
