import { Tooltip } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import styles from './icon-button.module.css'

/** A button that is an icon; its name shows when it is hovered. */
export function IconButton({
  name,
  keys,
  children,
  className,
  side = 'top',
  ...rest
}: Omit<ComponentProps<'button'>, 'name'> & {
  name: string
  /** The keys that do the same. */
  keys?: string
  children: ReactNode
  side?: 'top' | 'right' | 'bottom' | 'left'
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button type="button" aria-label={name} className={`${styles.button} ${className ?? ''}`} {...rest}>
          {children}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={styles.tip} side={side} sideOffset={6} collisionPadding={8}>
          {name}
          {keys && <kbd className={styles.keys}>{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
