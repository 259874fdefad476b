import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline'
import type { StopWatch } from '../stop-signal.ts'
import type { ChatPartner } from './chat-partner.ts'
import { botLine, noteLine, prompt } from './conversation.ts'

/** Whom the terminal talks to. */
type TerminalPartner = Omit<ChatPartner, 'settled'>

/** A conversation typed in a terminal; what the bot says appears when it says it. */
export class TerminalChat implements Disposable {
  readonly #partner: TerminalPartner
  readonly #lines: Interface
  #open = true

  constructor(partner: TerminalPartner, stop: StopWatch) {
    this.#partner = partner
    this.#lines = createInterface({ input: process.stdin, output: process.stdout, prompt: prompt() })
    // In a terminal Ctrl-C arrives as a key, not as a signal.
    this.#lines.on('SIGINT', () => stop.ask('SIGINT'))
    this.#lines.on('close', () => {
      this.#open = false
    })
  }

  /** Talks until `/quit`, Ctrl-D or the end of the terminal. */
  async talk(): Promise<void> {
    const { control, user, appId } = this.#partner
    const quit = Promise.withResolvers<void>()
    this.#lines.on('close', quit.resolve)
    this.#lines.on('line', (line) => {
      const text = line.trim()
      if (text === '/quit') return quit.resolve()
      if (text !== '') control.say(user, appId, text).catch((error: Error) => this.show(noteLine(error.message)))
      this.#lines.prompt()
    })
    this.#lines.prompt()
    const listening = this.#listen()
    await Promise.race([quit.promise, listening])
  }

  [Symbol.dispose](): void {
    this.#lines.close()
  }

  async #listen(): Promise<void> {
    const { control } = this.#partner
    for (let seq = 0; ; ) {
      const message = await control.nextOfBot(seq)
      if (!message) continue
      seq = message.seq
      this.show(botLine(message))
    }
  }

  /** Shows a line above the one that is being typed. */
  show(line: string): void {
    clearLine(process.stdout, 0)
    cursorTo(process.stdout, 0)
    process.stdout.write(`${line}\n`)
    if (this.#open) this.#lines.prompt(true)
  }
}
