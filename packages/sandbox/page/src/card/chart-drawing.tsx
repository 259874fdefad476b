import styles from './chart.module.css'
import { type ChartData, ticksTo } from './chart-data.ts'

const hues = ['blue', 'turquoise', 'yellow', 'violet', 'orange', 'green', 'carmine', 'indigo', 'wathet', 'lime']
const width = 560
const height = 240
const area = { left: 44, right: 8, top: 10, bottom: 26 }
const inner = { width: width - area.left - area.right, height: height - area.top - area.bottom }

/** The colour of the nth series or slice. */
export function seriesColor(index: number): string {
  return `var(--card-${hues[index % hues.length]})`
}

/** Bars, lines or areas over categories. */
export function AxisChart({ chart, title }: { chart: ChartData; title: string }) {
  const { categories, series, kind } = chart
  const highest = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const ticks = ticksTo(highest)
  const top = ticks.at(-1) ?? 1
  const y = (value: number) => area.top + inner.height * (1 - Math.max(0, value) / top)
  const slot = inner.width / categories.length
  const middle = (index: number) => area.left + slot * (index + 0.5)
  const every = Math.ceil(categories.length / 10)
  return (
    <svg className={styles.drawing} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={styles.gridline} x1={area.left} x2={width - area.right} y1={y(tick)} y2={y(tick)} />
          <text className={styles.axis} x={area.left - 6} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {categories.map((category, index) =>
        index % every === 0 ? (
          <text key={category} className={styles.axis} x={middle(index)} y={height - 8} textAnchor="middle">
            {category.length > 12 ? `${category.slice(0, 11)}…` : category}
          </text>
        ) : null,
      )}
      {series.map(({ name, values }, place) => {
        if (kind === 'bar') {
          const bar = Math.min(36, (slot * 0.7) / series.length)
          return values.map((value, index) => {
            const x = middle(index) + (place - series.length / 2) * bar
            const from = y(value ?? 0)
            const key = `${name}-${categories[index]}`
            return (
              <rect
                key={key}
                x={x + 1}
                y={from}
                width={Math.max(1, bar - 2)}
                height={y(0) - from}
                rx={2}
                fill={seriesColor(place)}
              >
                <title>{`${categories[index]}, ${name}: ${value ?? ''}`}</title>
              </rect>
            )
          })
        }
        const points = values.flatMap((value, index) => (value === undefined ? [] : [`${middle(index)},${y(value)}`]))
        const first = points[0]?.split(',')[0]
        const last = points.at(-1)?.split(',')[0]
        return (
          <g key={name} fill="none" stroke={seriesColor(place)} strokeWidth={2} strokeLinejoin="round">
            {kind === 'area' && (
              <polygon
                points={`${first},${y(0)} ${points.join(' ')} ${last},${y(0)}`}
                fill={seriesColor(place)}
                fillOpacity={0.18}
                stroke="none"
              />
            )}
            <polyline points={points.join(' ')} />
            {points.map((point) => {
              const [x, at] = point.split(',')
              return <circle key={point} cx={x} cy={at} r={3} fill="var(--surface)" />
            })}
          </g>
        )
      })}
    </svg>
  )
}

/** Shares of a whole. */
export function PieChart({ chart, title }: { chart: ChartData; title: string }) {
  const values = chart.series[0]?.values.map((value) => Math.max(0, value ?? 0)) ?? []
  const sum = values.reduce((total, value) => total + value, 0) || 1
  const radius = 70
  const round = 2 * Math.PI * radius
  let before = 0
  return (
    <svg className={styles.pie} viewBox="0 0 200 200" role="img" aria-label={title}>
      {values.map((value, index) => {
        const share = value / sum
        const offset = before
        before += share
        return (
          <circle
            key={chart.categories[index]}
            cx={100}
            cy={100}
            r={radius}
            fill="none"
            stroke={seriesColor(index)}
            strokeWidth={42}
            strokeDasharray={`${Math.max(0, share * round - 1)} ${round}`}
            transform={`rotate(${offset * 360 - 90} 100 100)`}
          >
            <title>{`${chart.categories[index]}: ${value} (${Math.round(share * 100)}%)`}</title>
          </circle>
        )
      })}
    </svg>
  )
}
