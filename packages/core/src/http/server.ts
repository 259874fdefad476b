import type { KernelOptions } from '../generated/kernel-options.ts'
import { type Listener, type ListenerLimits, openListener } from './listener.ts'
import { buildRoutes, PluginRoutes, type Route, type RouteParts, type ServedRoutes } from './routes.ts'

/** The ports that are open. */
export interface HttpPorts {
  /** Webhooks and plugin routes; undefined when nothing needs it. */
  readonly http?: number | undefined
  /** Metrics and health; undefined with `http.monitor: false`. */
  readonly monitor?: number | undefined
}

/** The HTTP server of one bot. */
export interface HttpServer {
  /**
   * Adds a route of a plugin at `/<plugin>/…`; returns its remover.
   * @throws HTTP_ROUTE_INVALID
   */
  route(plugin: string, route: Route): () => void
  /**
   * Serves everything, `/metrics` and `/readyz` too, to mount the bot in another server: put your own access rules in
   * front of it. Opens no port.
   */
  fetch(request: Request): Promise<Response>
  /**
   * Opens the ports: the one of metrics and health unless `http.monitor` is false, the one of webhooks and routes only
   * when there is a route or `webhooks` says that an app receives by webhook.
   * @throws HTTP_PORT_IN_USE, HTTP_LISTEN_FAILED; what was opened already is closed again
   */
  listen(webhooks: boolean): Promise<HttpPorts>
  /**
   * Opens the port of webhooks and routes of a listening server, unless it is open: an app that receives by webhook came.
   * @throws HTTP_PORT_IN_USE, HTTP_LISTEN_FAILED
   */
  serveWebhooks(): Promise<void>
  /** The ports that are open now. */
  readonly ports: HttpPorts
  /** Takes no more requests; running ones have 2 s. Safe to call twice. */
  close(): Promise<void>
}

/** What {@link createHttpServer} takes. */
export interface HttpServerOptions extends RouteParts {
  readonly http: KernelOptions['http']
  /** For tests, which cannot wait for the real ones. */
  readonly limits?: Partial<ListenerLimits> | undefined
}

/** Makes the server; it opens nothing before `listen`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { http, limits } = options
  const { host, port, monitorHost, monitorPort } = http
  const routes = new PluginRoutes()
  let listeners: Listener[] = []
  let ports: HttpPorts = {}
  let opening: Promise<void> = Promise.resolve()

  // Routes may come and go with their plugins; an app is built anew only when they did.
  const serve = (served: ServedRoutes) => {
    let built: { version: number; app: ReturnType<typeof buildRoutes> } | undefined
    return async (request: Request): Promise<Response> => {
      if (built?.version !== routes.version)
        built = { version: routes.version, app: buildRoutes(options, routes, served) }
      return (await built.app).fetch(request)
    }
  }
  const everything = serve({ open: true, monitor: true })
  const close = async (): Promise<void> => {
    const closing = listeners
    listeners = []
    ports = {}
    await Promise.all(closing.map((listener) => listener.close()))
  }
  const open = async (host: string, port: number, option: string, fetch: (request: Request) => Promise<Response>) => {
    const listener = await openListener({ host, port, option, fetch, limits })
    listeners.push(listener)
    return listener.port
  }

  const openMain = async (): Promise<void> => {
    if (ports.http !== undefined) return
    const opened = await open(host, port, 'http.port', serve({ open: true, monitor: false }))
    ports = { ...ports, http: opened }
  }

  return {
    route: (plugin, route) => routes.add(plugin, route),
    fetch: everything,
    async listen(webhooks) {
      const both = http.monitor && port === monitorPort && port !== 0
      try {
        if (both) {
          const one = await open(host, port, 'http.port', everything)
          ports = { http: one, monitor: one }
          return ports
        }
        if (http.monitor) {
          const monitorOnly = serve({ open: false, monitor: true })
          ports = { monitor: await open(monitorHost, monitorPort, 'http.monitorPort', monitorOnly) }
        }
        if (webhooks || routes.size > 0) await openMain()
      } catch (error) {
        await close()
        throw error
      }
      return ports
    },
    serveWebhooks() {
      // Several apps may come at once.
      opening = opening.catch(() => {}).then(openMain)
      return opening
    },
    get ports() {
      return ports
    },
    close,
  }
}
