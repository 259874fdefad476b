import type { CSSProperties } from 'react'
import { type Json, textOf } from '../../../src/im/card-json.ts'
import { backgroundOf } from './color.ts'

const spaces: Record<string, string> = { small: '4px', medium: '8px', large: '12px', extra_large: '16px' }
const along = {
  left: 'flex-start',
  top: 'flex-start',
  center: 'center',
  right: 'flex-end',
  bottom: 'flex-end',
} as const

/** One to four lengths in px, such as `4px 12px`; undefined for anything else. */
export function lengthsOf(value: unknown): string | undefined {
  const text = textOf(value)?.trim()
  if (text === undefined) return undefined
  const parts = text.split(/\s+/).map((part) => spaces[part] ?? (/^-?\d+(\.\d+)?(px)?$/.test(part) ? part : ''))
  if (parts.length > 4 || parts.includes('')) return undefined
  return parts.map((part) => (part.endsWith('px') ? part : `${part}px`)).join(' ')
}

/** A width or height that is a number of px. */
export function pixelsOf(value: unknown): string | undefined {
  const text = textOf(value)?.trim()
  return text !== undefined && /^\d+(\.\d+)?px$/.test(text) ? text : undefined
}

/** How a container lays out its elements. */
export function containerStyle(container: Json, config: Json, defaultGap = '8px'): CSSProperties {
  const horizontal = container.direction === 'horizontal'
  const main = horizontal ? container.horizontal_align : container.vertical_align
  const cross = horizontal ? container.vertical_align : container.horizontal_align
  return {
    display: 'flex',
    flexDirection: horizontal ? 'row' : 'column',
    flexWrap: horizontal ? 'wrap' : 'nowrap',
    justifyContent: aligned(main),
    alignItems: aligned(cross) ?? (horizontal ? 'flex-start' : 'stretch'),
    rowGap: lengthsOf(container.vertical_spacing) ?? defaultGap,
    columnGap: lengthsOf(container.horizontal_spacing) ?? '8px',
    padding: lengthsOf(container.padding),
    background: backgroundOf(container.background_style ?? container.background_color, config),
  }
}

/** The corner and colour of a border. */
export function borderStyle(border: Json, color: string | undefined): CSSProperties {
  const radius = lengthsOf(border.corner_radius)
  return { border: color === undefined ? undefined : `1px solid ${color}`, borderRadius: radius }
}

function aligned(value: unknown): string | undefined {
  const name = textOf(value)
  return name === undefined ? undefined : along[name as keyof typeof along]
}
