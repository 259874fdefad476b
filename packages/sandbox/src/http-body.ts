import type { IncomingMessage } from 'node:http'

/** So much is read of a body that is too large, and thrown away; then its socket is closed. */
const maxReadBytes = 512 * 1024 * 1024

/** Reads a body up to a limit; the rest of a longer one is read and thrown away, so that the answer arrives. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large'> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= maxBytes) parts.push(part)
    else parts.length = 0
    if (bytes > maxReadBytes) request.destroy()
  }
  if (bytes > maxBytes) return 'too-large'
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

/** A JSON object, `{}` for an empty body, or nothing when it is neither. */
export function jsonObject(body: Buffer): Record<string, unknown> | undefined {
  if (body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
