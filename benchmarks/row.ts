import type { SandboxControl } from '@larkspur/sandbox'

/** A line of the table. */
export type Row = RatioRow | AbsoluteRow

/** Ours against the SDK's, measured side by side. */
export interface RatioRow {
  readonly name: string
  readonly unit: string
  /** Medians over the rounds, in `unit`. */
  readonly ours: number
  readonly theirs: number
  /** ours / theirs inside each round, then the median. */
  readonly ratio: number
  readonly target: { readonly atLeast: number } | { readonly atMost: number } | undefined
  /** Undefined for a row that only informs. */
  readonly reached: boolean | undefined
}

/** A number with a limit of its own. */
export interface AbsoluteRow {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** The same number of the SDK, for comparison. */
  readonly theirs?: number | undefined
  readonly target: { readonly atLeast: number } | { readonly atMost: number } | undefined
  readonly reached: boolean | undefined
}

/** What a row is measured with. */
export interface Bench {
  readonly sandbox: SandboxControl
  /** Says on standard error what runs. */
  readonly progress: (text: string) => void
  /** An empty folder on disk, removed at the end. */
  folder(): string
}

/** Measures a part of the table. */
export type Measure = (bench: Bench) => Promise<readonly Row[]>

/** Runs the sides one after another in each round, the first one changing; answers the numbers of each round. */
export async function rounds<Side extends string>(
  { progress }: Bench,
  name: string,
  count: number,
  sides: Readonly<Record<Side, () => Promise<number>>>,
): Promise<readonly Readonly<Record<Side, number>>[]> {
  const names = Object.keys(sides) as Side[]
  const measured: Record<Side, number>[] = []
  for (let round = 0; round < count; round += 1) {
    const order = names.map((_, index) => names[(index + round) % names.length] as Side)
    const numbers = {} as Record<Side, number>
    for (const side of order) {
      progress(`${name}: round ${round + 1} of ${count}, ${side}`)
      numbers[side] = await sides[side]()
    }
    measured.push(numbers)
  }
  return measured
}

/** The row of two sides: ratios inside a round, then their median. */
export function ratioRow<Side extends string>(
  head: Pick<RatioRow, 'name' | 'unit' | 'target'>,
  measured: readonly Readonly<Record<Side, number>>[],
  ours: Side,
  theirs: Side,
): RatioRow {
  const { target } = head
  const ratio = median(measured.map((numbers) => numbers[ours] / numbers[theirs]))
  const reached = target && ('atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost)
  return {
    ...head,
    ours: median(measured.map((numbers) => numbers[ours])),
    theirs: median(measured.map((numbers) => numbers[theirs])),
    ratio,
    reached,
  }
}

/** The middle of the numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
