import { objectOf, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './chart.module.css'
import { type ChartData, readChart } from './chart-data.ts'
import { AxisChart, PieChart, seriesColor } from './chart-drawing.tsx'

/** A chart: bars, lines, areas and pies are drawn, of any other the data is shown. */
export function ChartElement({ element: { json } }: { element: CardElement }) {
  const { say } = useCard()
  const chart = readChart(objectOf(json.chart_spec))
  const drawn = chart.kind !== 'other' && chart.categories.length > 0
  const title = chart.title ?? `${say.chart}: ${textOf(objectOf(json.chart_spec).type) ?? '?'}`
  const table = <DataTable chart={chart} />
  return (
    <figure className={styles.chart}>
      <figcaption>{title}</figcaption>
      {drawn &&
        (chart.kind === 'pie' ? <PieChart chart={chart} title={title} /> : <AxisChart chart={chart} title={title} />)}
      {drawn && <Legend chart={chart} />}
      {drawn ? (
        <details className={styles.data}>
          <summary>{say.chartData}</summary>
          {table}
        </details>
      ) : (
        table
      )}
    </figure>
  )
}

function Legend({ chart }: { chart: ChartData }) {
  const names = chart.kind === 'pie' ? chart.categories : chart.series.map(({ name }) => name)
  if (names.length < 2) return null
  return (
    <ul className={styles.legend}>
      {names.map((name, index) => (
        <li key={name}>
          <span style={{ background: seriesColor(index) }} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  )
}

function DataTable({ chart }: { chart: ChartData }) {
  const { say } = useCard()
  const fields = [...new Set(chart.rows.flatMap((row) => Object.keys(row)))]
  if (fields.length === 0) return <p className={styles.empty}>{say.empty}</p>
  return (
    <div className={styles.table}>
      <table>
        <thead>
          <tr>
            {fields.map((field) => (
              <th key={field}>{field}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.rows.map((row, index) => (
            <tr key={index}>
              {fields.map((field) => (
                <td key={field}>
                  {typeof row[field] === 'object' ? JSON.stringify(row[field]) : String(row[field] ?? '')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
