import { describe, expect, it } from 'vitest'
import { readChart, ticksTo } from './chart-data.ts'

describe('the data of a chart', () => {
  it('is one row of numbers for each series, with gaps where the data has them', () => {
    const values = [
      { day: 'Mon', city: 'A', count: 3 },
      { day: 'Tue', city: 'A', count: '4' },
      { day: 'Tue', city: 'B', count: 5 },
    ]
    const chart = readChart({ type: 'line', xField: 'day', yField: 'count', seriesField: 'city', data: { values } })
    expect(chart).toMatchObject({
      kind: 'line',
      categories: ['Mon', 'Tue'],
      series: [
        { name: 'A', values: [3, 4] },
        { name: 'B', values: [undefined, 5] },
      ],
    })
  })

  it('is read from one data set, several, or bare rows', () => {
    const values = [{ x: 'a', y: 1 }]
    for (const data of [{ values }, [{ id: 'one', values }], values]) {
      expect(readChart({ type: 'bar', xField: 'x', yField: 'y', data }).rows).toEqual(values)
    }
  })

  it('is kept as rows where the kind or the fields are not known', () => {
    const data = [{ a: 1 }]
    expect(readChart({ type: 'radar', data })).toMatchObject({ kind: 'other', rows: data })
    expect(readChart({ type: 'bar', data })).toMatchObject({ kind: 'other', rows: data })
  })

  it('has an axis of round steps up to the highest value', () => {
    expect(ticksTo(255)).toEqual([0, 100, 200, 300])
    expect(ticksTo(0.7)).toEqual([0, 0.2, 0.4, 0.6, 0.8])
    expect(ticksTo(0)).toEqual([0, 1])
  })
})
