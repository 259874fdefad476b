import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours a text when it goes to a terminal that wants colours (NO_COLOR, FORCE_COLOR and the like are obeyed). */
export function styled(format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(format, text, { stream })
}
