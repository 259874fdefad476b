/** One line that the bot logged, with its fields. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  /** ISO time. */
  readonly time: string
  readonly [field: string]: unknown
}

/** Keeps what a bot logs. */
export class LogRecorder {
  readonly lines: LogLine[] = []

  write(text: string): void {
    for (const line of text.split('\n')) if (line !== '') this.lines.push(JSON.parse(line) as LogLine)
  }
}
