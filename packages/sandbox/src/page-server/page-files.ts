import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consentPath } from '../oauth/consent.ts'

/** The built page; the same folder seen from `src` and from `dist`. */
const builtPage = fileURLToPath(new URL('../../dist/page/', import.meta.url))

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Addresses that the page's own script tells apart. */
const pageRoutes = ['/', '/index.html', consentPath]

/** Nothing is loaded from elsewhere, and no foreign site can put the page into a frame. Cards colour their parts by style. */
const pagePolicy =
  "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const missing = `<!doctype html>
<meta charset="utf-8"><title>Larkspur Sandbox</title>
<body style="font: 15px/1.7 system-ui; max-width: 40em; margin: 15vh auto; padding: 0 1.5em">
<h1 style="font-size: 1.3em">页面尚未构建 · The page is not built</h1>
<p>沙箱本身工作正常。请在仓库根目录运行 <code>npm run build</code>,然后刷新此页。</p>
<p>The sandbox itself works. Run <code>npm run build</code> at the root of the checkout, then load this page again.</p>
`

/** Whether the page answers at this path. */
export function isPagePath(path: string): boolean {
  return pageRoutes.includes(path) || path === '/larkspur.svg' || path.startsWith('/assets/')
}

/** The files of the page; they are read when they are asked for, so that a sandbox without page starts no slower. */
export class PageFiles {
  readonly #folder: string

  /** @param folder where the built page lies, with a slash at its end; default: the package's own */
  constructor(folder: string = builtPage) {
    this.#folder = folder
  }

  async answer(request: IncomingMessage, path: string, response: ServerResponse): Promise<void> {
    const isPage = pageRoutes.includes(path)
    const name = isPage ? 'index.html' : path.slice(1)
    const type = contentTypes[extname(name)]
    // Names of built files: neither dots that lead upwards nor anything encoded.
    const bytes =
      type && /^(?:assets\/)?[\w-]+(?:\.[\w-]+)*$/.test(name) ? await readOrNothing(this.#folder + name) : undefined
    if (!bytes) {
      response.writeHead(isPage ? 503 : 404, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
      })
      response.end(isPage ? missing : 'There is no such file.')
      return
    }
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    const headers = {
      etag,
      'content-type': type,
      // Assets carry a hash in their names.
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': pagePolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end()
      return
    }
    response.writeHead(200, { ...headers, 'content-length': bytes.length })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }
}

async function readOrNothing(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch {
    return undefined
  }
}
