/** A message that has the form of a command. */
export interface CommandLine {
  /** Lower case, without prefix. */
  readonly name: string
  readonly args: readonly string[]
  /** Everything after the name, trimmed, quotes and all. */
  readonly rest: string
}

/** What a command's name may be: letters and digits of any script, hyphens and underscores. */
const namePart = String.raw`[\p{L}\p{N}_][\p{L}\p{N}_-]*`
const nameShape = new RegExp(`^${namePart}$`, 'u')
const lineShape = new RegExp(String.raw`^(${namePart})(?:\s+([^]*))?$`, 'u')

/** Straight, typographic and single quotes around an argument; a quote that is not closed is an ordinary character. */
const argument = /"((?:\\.|[^"\\])*)"(?!\S)|'([^']*)'(?!\S)|“([^“”]*)”(?!\S)|‘([^‘’]*)’(?!\S)|(\S+)/gsu

/** A command's name as it is compared: lower case, full-width letters as plain ones. Undefined: nobody could type it. */
export function commandName(text: string): string | undefined {
  const name = text.normalize('NFKC').toLowerCase()
  return nameShape.test(name) ? name : undefined
}

/**
 * Reads `/name arguments`; undefined when the text has not that form. The prefix may be full-width (`／`, as Chinese
 * keyboards write it), spaces may be ideographic, arguments may be quoted.
 */
export function readCommandLine(text: string, prefix: string): CommandLine | undefined {
  const trimmed = text.trim()
  if (trimmed.slice(0, prefix.length).normalize('NFKC') !== prefix.normalize('NFKC')) return undefined
  const [, word, rest = ''] = lineShape.exec(trimmed.slice(prefix.length)) ?? []
  const name = word === undefined ? undefined : commandName(word)
  return name === undefined ? undefined : { name, args: readArguments(rest), rest: rest.trim() }
}

/** Splits arguments at white space; quotes keep it, and `\"` is a quote inside straight double quotes. */
export function readArguments(text: string): string[] {
  return Array.from(text.matchAll(argument), ([, double, single, curly, curlySingle, bare]) =>
    double === undefined ? (single ?? curly ?? curlySingle ?? bare ?? '') : double.replaceAll(/\\(["\\])/g, '$1'),
  )
}
