/** Something that the command line itself refuses: what happened, and what to do next. */
export class CliError extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.name = 'CliError'
    this.hint = hint
  }
}
