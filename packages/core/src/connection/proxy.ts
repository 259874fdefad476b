import { readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { connect as connectTls, getCACertificates } from 'node:tls'
import { coreError } from '../errors/catalogue.ts'

/** How the platform is reached, the group `proxy` of the options. */
export interface ProxyOptions {
  /** `http://user:password@host:port`; without it the platform is reached directly. */
  readonly url?: string | undefined
  /** Hosts that are reached directly, as in `NO_PROXY`: `internal.example, .example.org, host:8080, *`. */
  readonly noProxy?: string | undefined
  /** PEM file of an authority that is trusted besides the usual ones. */
  readonly caFile?: string | undefined
}

/** The proxy for an address, or undefined when it is reached directly. Loopback never goes through a proxy. */
export function proxyFor(target: URL, options: ProxyOptions): URL | undefined {
  if (!options.url || isLoopback(target.hostname)) return undefined
  const host = target.hostname.toLowerCase()
  const port = target.port || (/^(https|wss):$/.test(target.protocol) ? '443' : '80')
  const direct = (options.noProxy ?? '').split(/[\s,]+/).some((entry) => {
    const [, name = '', onlyPort] = /^(?:\*(?=\.))?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false
    return name === '*' || host === name || host.endsWith(`.${name}`)
  })
  return direct ? undefined : new URL(options.url)
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(hostname)
}

/**
 * The authorities to trust: Node's own and the one in `caFile`. Undefined when there is no file.
 *
 * @throws CONNECTION_FAILED when the file cannot be read
 */
export function trustedAuthorities({ caFile }: ProxyOptions): string[] | undefined {
  if (caFile === undefined) return undefined
  try {
    return [...getCACertificates('default'), readFileSync(caFile, 'utf8')]
  } catch (cause) {
    throw coreError('CONNECTION_FAILED', {
      message: `the certificate file ${caFile} (proxy.caFile) could not be read`,
      hint: 'Check that the file exists and that this user may read it.',
      cause,
    })
  }
}

/** Where a tunnel leads. */
export interface TunnelTarget {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly servername?: string | undefined
  readonly ca?: string[] | undefined
}

/**
 * Opens a tunnel by HTTP CONNECT. Returns a canceller; `done` is called once, with a socket that is ready for the
 * request (TLS is spoken on it already where the target is secure), or with the reason why there is none.
 */
export function openTunnel(
  proxy: URL,
  target: TunnelTarget,
  done: (error: Error | null, socket?: Socket) => void,
): () => void {
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const secureProxy = proxy.protocol === 'https:'
  const connecting = (secureProxy ? requestHttps : requestHttp)({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (secureProxy ? 443 : 80),
    ...(secureProxy && target.ca && { ca: target.ca }),
    method: 'CONNECT',
    path: authority,
    agent: false,
    headers: {
      host: authority,
      ...(proxy.username && { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
  })
  let ended = false
  const end = (error: Error | null, socket?: Socket): void => {
    if (ended) return
    ended = true
    done(error, socket)
  }
  connecting.on('connect', (answer, socket, head) => {
    if (answer.statusCode !== 200) {
      socket.destroy()
      const hint = answer.statusCode === 407 ? 'Put user and password into proxy.url.' : 'Ask whoever runs the proxy.'
      const message = `the proxy ${proxy.host} refused the way to ${authority}: HTTP ${answer.statusCode}`
      end(coreError('CONNECTION_FAILED', { message, hint }))
      return
    }
    if (head.length > 0) socket.unshift(head)
    if (!target.secure) {
      end(null, socket)
      return
    }
    const { servername, ca } = target
    end(
      null,
      connectTls({
        socket,
        host: target.host,
        ALPNProtocols: ['http/1.1'],
        ...(servername && { servername }),
        ...(ca && { ca }),
      }),
    )
  })
  connecting.on('error', (cause) => {
    end(
      coreError('CONNECTION_FAILED', {
        message: `the proxy ${proxy.host} could not be reached: ${cause.message}`,
        cause,
      }),
    )
  })
  connecting.end()
  return () => connecting.destroy()
}
