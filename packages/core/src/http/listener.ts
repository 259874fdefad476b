import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { variableOf } from '../config/settings.ts'
import { coreError } from '../errors/catalogue.ts'

/** How much a client may cost. Times in ms. */
export interface ListenerLimits {
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveMs: number
  /** How often the two time-outs are looked at. */
  readonly checkMs: number
  readonly maxHeaderBytes: number
  readonly maxSockets: number
  /** How long running requests may go on while the listener closes. */
  readonly closeMs: number
}

const defaultLimits: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveMs: 5000,
  checkMs: 1000,
  maxHeaderBytes: 16 * 1024,
  maxSockets: 500,
  closeMs: 2000,
}

/** What {@link openListener} takes. */
export interface ListenerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The option to change when the port is taken, e.g. `http.port`. */
  readonly option: string
  readonly fetch: (request: Request) => Promise<Response>
  readonly limits?: Partial<ListenerLimits> | undefined
}

/** An open port. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/**
 * Opens a port and serves `fetch` on it.
 * @throws HTTP_PORT_IN_USE, HTTP_LISTEN_FAILED
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const limits = { ...defaultLimits, ...options.limits }
  const [{ createServer }, { getRequestListener }] = await Promise.all([
    import('node:http'),
    import('@hono/node-server'),
  ])
  // The global Request and Response belong to the program that we run in.
  const handle = getRequestListener(options.fetch, { overrideGlobalObjects: false })
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: limits.maxHeaderBytes,
    },
    (request, response) => {
      // While closing, a socket whose last request ended would otherwise stay for its keep-alive time.
      response.once('close', () => {
        if (!server.listening) setImmediate(() => server.closeIdleConnections())
      })
      void handle(request, response)
    },
  )
  server.maxConnections = limits.maxSockets
  await listening(server, options)
  return { port: (server.address() as AddressInfo).port, close: () => closed(server, limits.closeMs) }
}

function listening(server: Server, { host, port, option }: ListenerOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause: NodeJS.ErrnoException) => {
    const place = `${host}:${port}`
    const variable = variableOf(option.split('.'))
    if (cause.code === 'EADDRINUSE')
      reject(
        coreError('HTTP_PORT_IN_USE', {
          message: `${place} (${option}) is taken by another program`,
          hint: `Stop the other program, or set ${option} (${variable}) to a free port; 0 takes any.`,
          cause,
        }),
      )
    else
      reject(
        coreError('HTTP_LISTEN_FAILED', { message: `${place} (${option}) cannot be opened (${cause.code})`, cause }),
      )
  })
  server.listen(port, host, () => resolve())
  return promise
}

async function closed(server: Server, closeMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), closeMs)
  await promise
  clearTimeout(timer)
}
