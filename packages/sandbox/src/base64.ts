/**
 * The bytes that stand in a verb's argument; line breaks, as command line tools write them, are taken.
 *
 * @throws Error for text that is no base64, which Node would decode to something else
 */
export function base64Bytes(name: string, text: unknown): Buffer {
  if (typeof text !== 'string') throw new Error(`"${name}" is base64 text, received ${JSON.stringify(text)}.`)
  const line = /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, '') : text
  const digits = line.replace(/={1,2}$/, '')
  // A single digit beyond whole groups of four holds no byte.
  if (digits.length % 4 === 1 || !/^[\w+/-]*$/.test(digits)) {
    throw new Error(
      `"${name}" is no base64; received ${text.length} characters, with others than its digits or one too many.`,
    )
  }
  return Buffer.from(line, 'base64')
}
