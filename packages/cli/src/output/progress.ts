import { styled } from './style.ts'

/** How often a line of progress is written, milliseconds. */
const stepMs = 100

/** One line on a terminal that says how far something is. Elsewhere nothing is written: a log would fill with it. */
export class Progress implements Disposable {
  #writtenAt = 0
  #shown = false

  update(text: string): void {
    if (process.stderr.isTTY !== true) return
    const now = performance.now()
    if (now - this.#writtenAt < stepMs) return
    this.#writtenAt = now
    this.#shown = true
    process.stderr.write(`\r\u001B[2K${styled('dim', text, process.stderr)}`)
  }

  [Symbol.dispose](): void {
    if (this.#shown) process.stderr.write('\r\u001B[2K')
  }
}
