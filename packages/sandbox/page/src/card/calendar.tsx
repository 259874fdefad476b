import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import styles from './calendar.module.css'
import { useCard } from './card-context.ts'

interface CalendarProps {
  /** Day that is in view at first, as `2024-04-01`. */
  day: string
  chosen: string
  onChoose: (day: string) => void
}

const dayMs = 24 * 60 * 60 * 1000
const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

/** A month of days, for mouse and arrow keys. Days are counted in UTC, where all have the same length. */
export function Calendar({ day, chosen, onChoose }: CalendarProps) {
  const { say, locale } = useCard()
  const [active, setActive] = useState(() => parsed(day))
  const grid = useRef<HTMLDivElement>(null)
  const moved = useRef(false)
  const language = locale === 'zh' ? 'zh-CN' : 'en-US'
  const format = (options: Intl.DateTimeFormatOptions, ms: number) =>
    new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }).format(ms)
  const days = monthAround(active)
  const month = new Date(active).getUTCMonth()
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  })
  const turn = (months: number) => {
    moved.current = false
    const date = new Date(active)
    setActive(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    moved.current = true
    setActive(active + step * dayMs)
  }
  return (
    <div className={styles.calendar}>
      <div className={styles.head}>
        <button type="button" aria-label={say.previousMonth} onClick={() => turn(-1)}>
          <ChevronLeft size={16} />
        </button>
        <span aria-live="polite">{format({ year: 'numeric', month: 'long' }, active)}</span>
        <button type="button" aria-label={say.nextMonth} onClick={() => turn(1)}>
          <ChevronRight size={16} />
        </button>
      </div>
      <div className={styles.grid} aria-hidden="true">
        {days.slice(0, 7).map((ms) => (
          <span key={ms} className={styles.weekday}>
            {format({ weekday: 'narrow' }, ms)}
          </span>
        ))}
      </div>
      <div className={styles.grid} ref={grid}>
        {days.map((ms) => (
          <button
            key={ms}
            type="button"
            className={styles.day}
            tabIndex={ms === active ? 0 : -1}
            aria-label={format({ dateStyle: 'long' }, ms)}
            aria-pressed={iso(ms) === chosen}
            data-outside={new Date(ms).getUTCMonth() !== month}
            onKeyDown={onKeyDown}
            onClick={() => {
              setActive(ms)
              onChoose(iso(ms))
            }}
          >
            {new Date(ms).getUTCDate()}
          </button>
        ))}
      </div>
    </div>
  )
}

/** Six weeks from Monday around a day's month. */
function monthAround(active: number): number[] {
  const date = new Date(active)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * dayMs
  return Array.from({ length: 42 }, (_, index) => monday + index * dayMs)
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function parsed(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(ms) ? Math.floor(Date.now() / dayMs) * dayMs : ms
}
