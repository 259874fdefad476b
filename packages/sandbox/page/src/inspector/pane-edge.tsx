import { useState } from 'react'
import { useWords } from '../words/locale.ts'
import styles from './pane-edge.module.css'

const key = 'larkspur.inspector.width'
const minWidth = 360
const stepWidth = 32

/** The width of the inspector, which is remembered. */
export function usePaneWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => within(Number(localStorage.getItem(key)) || 520))
  const change = (next: number) => {
    setWidth(within(next))
    localStorage.setItem(key, String(within(next)))
  }
  return [width, change]
}

/** The edge by which the inspector is made wider or narrower, by pointer or arrow keys. */
export function PaneEdge({ width, onWidth }: { width: number; onWidth: (width: number) => void }) {
  const say = useWords()
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr takes neither focus nor pointer
    <div
      className={styles.edge}
      role="separator"
      aria-orientation="vertical"
      aria-label={say('inspectorWidth')}
      aria-valuenow={width}
      aria-valuemin={minWidth}
      aria-valuemax={maxWidth()}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onWidth(window.innerWidth - event.clientX)
      }}
      onKeyDown={({ key: pressed }) => {
        if (pressed === 'ArrowLeft') onWidth(width + stepWidth)
        else if (pressed === 'ArrowRight') onWidth(width - stepWidth)
      }}
    />
  )
}

function within(width: number): number {
  return Math.round(Math.max(minWidth, Math.min(maxWidth(), width)))
}

function maxWidth(): number {
  return Math.max(minWidth, Math.round(window.innerWidth * 0.7))
}
