import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type CSSProperties, type ReactNode, useState } from 'react'
import { type Json, objectOf, objectsOf, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import { hueOf } from './color.ts'
import { pixelsOf } from './layout.ts'
import { InlineMarkdown, Markdown } from './markdown.tsx'
import { Person } from './person.tsx'
import styles from './table.module.css'
import { Tag } from './tag.tsx'

const rowHeights: Record<string, string> = { low: '40px', middle: '54px', high: '69px' }

/** Rows in pages (docs: card components table). */
export function TableElement({ element: { json } }: { element: CardElement }) {
  const { say } = useCard()
  const [page, setPage] = useState(0)
  const columns = objectsOf(json.columns)
  const rows = objectsOf(json.rows)
  const size = typeof json.page_size === 'number' && json.page_size > 0 ? Math.min(10, json.page_size) : 5
  const pages = Math.max(1, Math.ceil(rows.length / size))
  const current = Math.min(page, pages - 1)
  const header = objectOf(json.header_style)
  const headStyle: CSSProperties = {
    textAlign: alignment(header.text_align),
    fontWeight: header.bold === false ? 400 : 600,
    background: header.background_style === 'none' ? 'none' : undefined,
    fontSize: { heading: 16, notation: 12 }[textOf(header.text_size) ?? ''],
  }
  const height = rowHeights[textOf(json.row_height) ?? 'low'] ?? pixelsOf(json.row_height)
  return (
    <div className={styles.frame}>
      <div className={styles.scroll}>
        <table className={styles.table} data-frozen={json.freeze_first_column === true}>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={index} style={{ ...headStyle, width: widthOf(column.width) }}>
                  {textOf(column.display_name) ?? textOf(column.name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(current * size, (current + 1) * size).map((row, index) => (
              <tr key={index} style={{ height }}>
                {columns.map((column, place) => (
                  <td key={place} style={{ textAlign: cellAlignment(column), verticalAlign: vertical(column) }}>
                    <Cell column={column} value={row[textOf(column.name) ?? '']} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <div className={styles.empty}>{say.empty}</div>}
      {pages > 1 && (
        <div className={styles.pages}>
          <button
            type="button"
            aria-label={say.previousPage}
            disabled={current === 0}
            onClick={() => setPage(current - 1)}
          >
            <ChevronLeft size={16} />
          </button>
          <span aria-live="polite">
            {current + 1} / {pages}
          </span>
          <button
            type="button"
            aria-label={say.nextPage}
            disabled={current === pages - 1}
            onClick={() => setPage(current + 1)}
          >
            <ChevronRight size={16} />
          </button>
        </div>
      )}
    </div>
  )
}

function Cell({ column, value }: { column: Json; value: unknown }): ReactNode {
  const { locale } = useCard()
  if (value === undefined || value === null) return null
  switch (column.data_type) {
    case 'number':
      return typeof value === 'number' ? number(value, objectOf(column.format)) : String(value)
    case 'date': {
      const ms = Number(value)
      return Number.isFinite(ms) ? date(ms, textOf(column.date_format), locale) : String(value)
    }
    case 'options':
      // Plain text is taken too, as one option.
      if (typeof value === 'string') return <Tag hue="neutral">{value}</Tag>
      return (
        <span className={styles.tags}>
          {objectsOf(value).map((option, index) => (
            <Tag key={index} hue={hueOf(option.color) ?? 'neutral'}>
              {textOf(option.text)}
            </Tag>
          ))}
        </span>
      )
    case 'persons':
    case 'person':
      return (
        <span className={styles.tags}>
          {[value].flat().map((id, index) => (
            <Person key={index} id={String(id)} size="extra_small" />
          ))}
        </span>
      )
    case 'markdown':
      return <Markdown text={String(value)} />
    case 'lark_md':
      return <InlineMarkdown text={String(value)} />
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/** Behind the point (docs: card 2.0 table, `precision`). */
const maxDigits = 10

function number(value: number, format: Json): string {
  const { precision: wanted } = format
  const precision = typeof wanted === 'number' ? Math.min(Math.max(Math.trunc(wanted), 0), maxDigits) : undefined
  const digits = precision === undefined ? {} : { minimumFractionDigits: precision, maximumFractionDigits: precision }
  const text = new Intl.NumberFormat('en-US', {
    useGrouping: format.seperator === true || format.separator === true,
    ...(precision === undefined ? { maximumFractionDigits: maxDigits } : digits),
  }).format(value)
  return `${textOf(format.symbol) ?? ''}${text}`
}

function date(ms: number, format = 'YYYY/MM/DD', locale: string): string {
  const parts = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-US', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  const values = {
    YYYY: of('year'),
    MM: of('month'),
    DD: of('day'),
    HH: of('hour'),
    mm: of('minute'),
    ss: of('second'),
  }
  return format.replace(/YYYY|MM|DD|HH|mm|ss/g, (part) => values[part as keyof typeof values])
}

function widthOf(width: unknown): string | undefined {
  const text = textOf(width)
  return text !== undefined && /^\d+(\.\d+)?(px|%)$/.test(text) ? text : undefined
}

function alignment(value: unknown): 'left' | 'center' | 'right' | undefined {
  return value === 'left' || value === 'center' || value === 'right' ? value : undefined
}

function cellAlignment(column: Json): 'left' | 'center' | 'right' | undefined {
  return alignment(column.horizontal_align) ?? (column.data_type === 'number' ? 'right' : undefined)
}

function vertical({ vertical_align: value }: Json): 'top' | 'middle' | 'bottom' {
  return value === 'top' || value === 'bottom' ? value : 'middle'
}
