const signatures: readonly [format: string, at: number, bytes: string][] = [
  ['png', 0, '\x89PNG\r\n'],
  ['jpeg', 0, '\xff\xd8\xff'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
  ['bmp', 0, 'BM'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['heic', 4, 'ftyp'],
  ['ico', 0, '\0\0\x01\0'],
]

/** The format of an image by its first bytes; nothing when it is none that the platform takes (docs: im-v1 image create). */
export function imageFormat(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return signatures.find(([, at, text]) => head.startsWith(text, at))?.[0]
}

/** Width and height in pixels of a PNG or a GIF; nothing for other formats. */
export function imageSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const format = imageFormat(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (format === 'png' && bytes.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (format === 'gif' && bytes.length >= 10) {
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  }
  return undefined
}
