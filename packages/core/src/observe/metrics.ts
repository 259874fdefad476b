/**
 * The values that a label may have. A list is closed: any other value counts as `other`. `app` stands for the ids of
 * the configured apps, `plugin` for the names of the plugins. Never ids of users, chats or messages, and never the names
 * `job` and `instance`.
 */
export type LabelValues = readonly string[] | 'app' | 'plugin'

/** As {@link LabelValues}, without `app`: a histogram is many series already. */
export type HistogramLabelValues = readonly string[] | 'plugin'

/** What a metric is. Names get the prefix `larkspur_` (plugins: `larkspur_<plugin>_`). */
export interface MetricDefinition<Labels extends Readonly<Record<string, LabelValues>> = Record<never, LabelValues>> {
  /** Without prefix; base units: `_seconds`, `_bytes`; counters end in `_total`. */
  readonly name: string
  readonly help: string
  readonly labels?: Labels | undefined
}

/** A histogram: never labelled by app. */
export interface HistogramDefinition<
  Labels extends Readonly<Record<string, HistogramLabelValues>> = Record<never, HistogramLabelValues>,
> extends MetricDefinition<Labels> {
  /** Upper bounds, in the unit of the name. */
  readonly buckets: readonly number[]
}

/** The labels that a metric with such a definition takes: the listed values, or any text for apps, plugins and long lists. */
export type LabelsOf<Labels> = {
  readonly [Key in keyof Labels]: Labels[Key] extends readonly (infer Value extends string)[] ? Value : string
}

/** What counting takes: the labels, when the counter has any, and by how much (default 1). */
export type CounterArguments<Labels> = [keyof Labels] extends [never]
  ? [labels?: LabelsOf<Labels>, by?: number]
  : [labels: LabelsOf<Labels>, by?: number]

/** Counts up. Every combination of closed labels starts at 0. */
export interface Counter<Labels> {
  add(...args: CounterArguments<Labels>): void
}

/** A value that goes up and down. */
export interface Gauge<Labels> {
  set(labels: LabelsOf<Labels>, value: number): void
  /** Takes a series out: what it was about is gone, and its last value says nothing any more. */
  remove(labels: LabelsOf<Labels>): void
}

/** Counts observations in buckets. */
export interface Histogram<Labels> {
  observe(labels: LabelsOf<Labels>, value: number): void
}

/** Declares metrics. Each name once per bot. */
export interface Metrics {
  counter<const L extends Readonly<Record<string, LabelValues>> = Record<never, LabelValues>>(
    definition: MetricDefinition<L>,
  ): Counter<L>
  gauge<const L extends Readonly<Record<string, LabelValues>> = Record<never, LabelValues>>(
    definition: MetricDefinition<L>,
  ): Gauge<L>
  histogram<const L extends Readonly<Record<string, HistogramLabelValues>> = Record<never, HistogramLabelValues>>(
    definition: HistogramDefinition<L>,
  ): Histogram<L>
  /** Runs before each scrape, to set gauges that are read from somewhere. At most 1 s is waited. */
  onScrape(read: () => void | Promise<void>): () => void
}
