/** How Aily answers a run or a skill. */
export interface AilyAnswer {
  /** The message of the assistant. */
  text: string
  /** JSON text that a skill gives. */
  output: string
  /** The run fails with this instead. */
  error: { code: string; message: string } | undefined
  /** Milliseconds of platform time that the run is in progress. */
  afterMs: number
}

/** A scripted answer, and what it is for. */
export interface AilyAnswerOptions {
  /** Answers only what holds this text. */
  contains?: string
  /** Answers only runs and calls of this skill. */
  skillId?: string
  /** What the assistant says; default: that it has received the question. */
  text?: string
  /** JSON text that a skill gives; default `{"text": …}`. */
  output?: string
  /** Lets the run fail. */
  error?: { code: string; message: string }
  /** Milliseconds of platform time that the run is in progress. Default 1000. */
  afterMs?: number
  /** This many times; default always. */
  times?: number
}

/** What Aily assistants answer: the latest script that fits, else that the question was received. */
export class AilyAnswers {
  #scripts: (AilyAnswerOptions & { left: number })[] = []

  add(options: AilyAnswerOptions): void {
    const { afterMs = 0, times = 1 } = options
    if (!(afterMs >= 0)) throw new Error(`afterMs must be 0 or more, received ${afterMs}.`)
    if (!Number.isInteger(times) || times < 1) throw new Error(`times is a whole number from 1, received ${times}.`)
    this.#scripts.unshift({ ...options, left: options.times ?? Number.POSITIVE_INFINITY })
  }

  /** The answer to a question; it counts as given. */
  next(query: string, skillId: string | undefined): AilyAnswer {
    const script = this.#scripts.find(({ contains, skillId: wanted, left }) => {
      return left > 0 && (contains === undefined || query.includes(contains)) && (wanted ?? skillId) === skillId
    })
    if (script) script.left -= 1
    const { text = `收到 Received: ${query}`, output, error, afterMs = 1000 } = script ?? {}
    return { text, output: output ?? JSON.stringify({ text }), error, afterMs }
  }

  reset(): void {
    this.#scripts = []
  }
}
