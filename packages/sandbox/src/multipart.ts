import type { ApiContract } from './api-contract.ts'

/** A file in a form. */
export interface UploadedFile {
  name: string
  bytes: Uint8Array
}

interface Part {
  name: string
  fileName: string | undefined
  bytes: Buffer
}

/**
 * The fields of a `multipart/form-data` body, files and whole numbers where the contract wants them; nothing when it is none.
 * The node SDK sends files without a file name, which parsers of forms take for text.
 */
export function formFields(
  contentType: string,
  body: Buffer,
  contract: ApiContract | undefined,
): Record<string, unknown> | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const parts = boundary && partsOf(body, `--${boundary[1] ?? boundary[2]}`)
  if (!parts) return undefined
  const fields: Record<string, unknown> = {}
  for (const { name, fileName, bytes } of parts) {
    const type = contract?.body?.find((parameter) => parameter.name === name)?.type
    const text = () => bytes.toString()
    if (type === 'file') fields[name] = { name: fileName ?? name, bytes } satisfies UploadedFile
    else fields[name] = type === 'int' && /^\d{1,15}$/.test(text()) ? Number(text()) : text()
  }
  return fields
}

function partsOf(body: Buffer, delimiter: string): Part[] | undefined {
  const parts: Part[] = []
  let start = body.indexOf(delimiter)
  if (start < 0) return undefined
  for (;;) {
    start += delimiter.length
    if (body.toString('latin1', start, start + 2) === '--') return parts
    const end = body.indexOf(`\r\n${delimiter}`, start)
    const part = end < 0 ? undefined : partOf(body.subarray(start + 2, end))
    if (!part) return undefined
    parts.push(part)
    start = end + 2
  }
}

function partOf(part: Buffer): Part | undefined {
  const gap = part.indexOf('\r\n\r\n')
  const head = part.toString('utf8', 0, Math.max(gap, 0))
  const name = /^content-disposition:.*?[;\s]name="([^"]*)"/im.exec(head)?.[1]
  if (gap < 0 || name === undefined) return undefined
  const fileName = /^content-disposition:.*?filename="([^"]*)"/im.exec(head)?.[1]
  // A copy, so that a small file does not keep the whole body in memory.
  return { name, fileName, bytes: Buffer.from(part.subarray(gap + 4)) }
}
