import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ApiServer } from './api-server.ts'
import { readBody } from './http-body.ts'
import type { LongConnection } from './long-connection.ts'
import type { FeedServer } from './page-server/feed.ts'
import { isPagePath, PageFiles } from './page-server/page-files.ts'
import type { PageRoutes } from './page-server/page-routes.ts'
import { foreignRequest } from './page-server/request-guard.ts'

/** Room for the largest file, 30 MB, and the form around it. */
const maxUploadBytes = 32 * 1024 * 1024
/** Room for 5000 rows of 100 columns. */
const maxTableBytes = 10 * 1024 * 1024
const tables = /^\/open-apis\/(?:sheets|bitable|docx)\//
/** Verbs carry files as base64, a third more. */
const maxControlBytes = 44 * 1024 * 1024

/** Answers requests below `/sandbox`. */
export type ControlRoutes = (method: string, verb: string, body: Buffer, response: ServerResponse) => Promise<void>

/** What answers the page. */
export interface PageParts {
  queries: PageRoutes
  feed: FeedServer
}

/** The sandbox's port: platform API, long connection, control, and the page. */
export class PlatformServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #api: ApiServer
  readonly #control: ControlRoutes
  readonly #page: PageParts
  readonly #files = new PageFiles()
  readonly #maxBodyBytes: number
  #address = { host: '', port: 0 }

  constructor(api: ApiServer, links: LongConnection, control: ControlRoutes, page: PageParts, maxBodyBytes: number) {
    this.#api = api
    this.#control = control
    this.#page = page
    this.#maxBodyBytes = maxBodyBytes
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => answerCrash(response, error))
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      // A client that resets its socket must not end the process.
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    })
    this.#server.on('upgrade', (request, socket, head) => {
      try {
        if (!request.url?.startsWith('/sandbox/')) links.handleUpgrade(request, socket, head)
        else if (foreignRequest(request.headers, this.#address.host) !== undefined) refuseUpgrade(socket)
        else page.feed.handleUpgrade(request, socket, head)
      } catch {
        socket.destroy()
      }
    })
    // Bots keep sockets alive for longer than Node's 5 s, and a reset in between would look like a fault.
    this.#server.keepAliveTimeout = 65_000
  }

  /** `host:port` as clients reach it. */
  get host(): string {
    const { host, port } = this.#address
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
    return `${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
  }

  /** Binds the port; 0 takes a free one. */
  async listen(port: number, host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)))
      this.#server.listen(port, host, resolve)
    })
    this.#address = { host, port: (this.#server.address() as AddressInfo).port }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const [path, search] = splitUrl(request.url ?? '/')
    const { authorization, range, host = this.host, 'content-type': contentType = '' } = request.headers
    const prefer = [request.headers.prefer ?? []].flat().join(',')
    const head = { method, path, query: queryValues(search), authorization, host, contentType, prefer, range }
    const isControl = path === '/sandbox' || path.startsWith('/sandbox/')
    if (isControl) {
      const foreign = foreignRequest(request.headers, this.#address.host)
      if (foreign !== undefined) return refuseControl(403, foreign, response)
    } else if ((method === 'GET' || method === 'HEAD') && isPagePath(path)) {
      return this.#files.answer(request, path, response)
    }
    const maxBytes = Math.max(isControl ? maxControlBytes : apiRoom(path, contentType), this.#maxBodyBytes)
    const body = await readBody(request, maxBytes)
    if (body === 'too-large') {
      if (!isControl) return this.#api.refuseTooLarge(head, maxBytes, response)
      return refuseControl(413, `The body is over ${maxBytes} bytes.`, response)
    }
    if (isControl) {
      const verb = path.slice('/sandbox/'.length)
      if (!verb.startsWith('page/')) return this.#control(method, verb, body, response)
      const pageRequest = { method, path: verb.slice('page/'.length), query: new URLSearchParams(search), body }
      return this.#page.queries(pageRequest, response)
    }
    await this.#api.handle({ ...head, body }, response)
  }
}

function refuseUpgrade(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
}

/** More than the usual room for bodies, or 0. */
function apiRoom(path: string, contentType: string): number {
  if (contentType.startsWith('multipart/form-data')) return maxUploadBytes
  return tables.test(path) ? maxTableBytes : 0
}

function refuseControl(status: number, reason: string, response: ServerResponse): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify({ error: reason }))
}

function splitUrl(url: string): [path: string, search: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

function queryValues(search: string): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(search)) {
    // SDKs write lists as repeated keys, some with brackets.
    const key = name.endsWith('[]') ? name.slice(0, -2) : name
    const present = values[key]
    values[key] = present === undefined ? value : [present, value].flat()
  }
  return values
}

function answerCrash(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return
  const message = error instanceof Error ? error.message : String(error)
  if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ code: 500, msg: `the sandbox failed: ${message}` }))
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(`Port ${port} on ${host} is in use; choose another with --port, or --port 0 for a free one.`, {
      cause: error,
    })
  }
  return new Error(`The sandbox cannot listen on ${host}:${port}: ${error.message}.`, { cause: error })
}
