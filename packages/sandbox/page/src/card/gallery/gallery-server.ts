import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build, type Rolldown } from 'vite'
import { emojiSprite } from '../../../emoji-sprite.ts'

const types: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}

/** Builds the gallery in memory and serves it to tests. */
export async function serveGallery(): Promise<{ url: string; close: () => Promise<void> }> {
  const built = (await build({
    root: import.meta.dirname,
    configFile: false,
    plugins: [emojiSprite()],
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2023' },
  })) as Rolldown.RolldownOutput
  const files = new Map<string, string | Uint8Array>(
    built.output.map((file) => [`/${file.fileName}`, file.type === 'asset' ? file.source : file.code] as const),
  )
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gallery')
    const path = pathname === '/' ? '/index.html' : pathname
    const file = files.get(path)
    const type = types[path.split('.').at(-1) ?? '']
    response.writeHead(file === undefined ? 404 : 200, type ? { 'content-type': type } : {}).end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
