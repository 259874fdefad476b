import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import type { Dispatcher } from 'undici'
import { coreError } from '../errors/catalogue.ts'

/** How the platform is reached, the group `proxy` of the options. */
export interface TransportProxy {
  /** `http://user:password@host:port`. */
  readonly url?: string | undefined
  /** Hosts that are reached directly, as in `NO_PROXY`. */
  readonly noProxy?: string | undefined
  /** PEM file of an authority that is trusted besides the usual ones. */
  readonly caFile?: string | undefined
}

/** What {@link openDispatcher} takes. */
export interface DispatcherOptions {
  readonly maxConnections: number
  readonly timeoutMs: number
  readonly proxy?: TransportProxy | undefined
}

/**
 * Loads undici and makes the pool of connections, through a proxy where one is set. Loopback never goes through it.
 * @throws CONFIG_INVALID when the certificate file cannot be read
 */
export async function openDispatcher({ maxConnections, timeoutMs, proxy }: DispatcherOptions): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici')
  const ca = proxy?.caFile === undefined ? undefined : authorities(proxy.caFile)
  const tls = ca ? { ca } : {}
  const agent = {
    connections: maxConnections,
    connect: { timeout: timeoutMs, ...tls },
    // The transport has one deadline for a whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  }
  if (!proxy?.url) return new Agent(agent)
  const noProxy = [proxy.noProxy, 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(',')
  const { url } = proxy
  return new EnvHttpProxyAgent({ ...agent, httpProxy: url, httpsProxy: url, noProxy, requestTls: tls, proxyTls: tls })
}

function authorities(caFile: string): string[] {
  try {
    return [...getCACertificates('default'), readFileSync(caFile, 'utf8')]
  } catch (cause) {
    throw coreError('CONFIG_INVALID', {
      message: `the certificate file ${caFile} (proxy.caFile) could not be read`,
      hint: 'Check that the file exists and that this user may read it.',
      cause,
    })
  }
}
