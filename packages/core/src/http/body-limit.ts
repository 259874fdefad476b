import type { MiddlewareHandler } from 'hono'

/**
 * Answers 413 to a body of more than `maxBytes`. A body of unknown length is read first. (Hono's own body limit makes
 * its new Request from the server's, which is none of the global class, and so fails on every body without a length.)
 */
export function bodyLimit(maxBytes: number): MiddlewareHandler {
  return async (context, next) => {
    const { raw } = context.req
    const tooLarge = () => context.text('Body too large', 413)
    if (!raw.body) return next()
    const { method, headers, url, signal } = raw
    const declared = headers.get('content-length')
    if (declared !== null && !headers.has('transfer-encoding')) return Number(declared) > maxBytes ? tooLarge() : next()
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of raw.body) {
      bytes += part.byteLength
      if (bytes > maxBytes) return tooLarge()
      parts.push(part)
    }
    context.req.raw = new Request(url, { method, headers, signal, body: bytes > 0 ? Buffer.concat(parts) : null })
    return next()
  }
}
