import type { ComponentProps } from 'react'
import styles from './button.module.css'

/** A button with words on it. */
export function Button({
  look = 'plain',
  className,
  ...rest
}: ComponentProps<'button'> & { look?: 'primary' | 'plain' | 'quiet' | 'danger' }) {
  return <button type="button" className={`${styles.button} ${styles[look]} ${className ?? ''}`} {...rest} />
}
