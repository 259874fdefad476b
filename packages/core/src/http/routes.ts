import type { Hono } from 'hono'
import { coreError } from '../errors/catalogue.ts'
import type { Log } from '../observe/log.ts'
import { bodyLimit } from './body-limit.ts'
import type { HealthChecks } from './health-checks.ts'

/** A page or endpoint of a plugin. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/<plugin>`; begins with a slash, may hold `:name` parts, each of which stands for one segment. */
  readonly path: string
  handle(request: Request, match: RouteMatch): Response | Promise<Response>
}

/** How a request fitted the path of a {@link Route}. */
export interface RouteMatch {
  /** The values of the `:name` parts, decoded: `/list/:id` and `/list/7` give `{ id: '7' }`. */
  readonly params: Readonly<Record<string, string>>
}

/** Answers an event that the platform pushed by HTTP. */
export type WebhookHandler = (appId: string, request: Request) => Response | Promise<Response>

/** What the routes are made from. */
export interface RouteParts {
  readonly health: Pick<HealthChecks, 'status'>
  /** Prometheus' text; undefined where metrics are off. */
  readonly metrics?: { text(): Promise<string>; readonly contentType: string } | undefined
  readonly webhook?: WebhookHandler | undefined
  readonly log: Log
}

/** Which of the routes a listener serves. */
export interface ServedRoutes {
  /** Webhook and the routes of plugins. */
  readonly open: boolean
  /** Metrics and readiness. */
  readonly monitor: boolean
}

/** Paths that the kernel serves itself; no plugin may stand below them. */
const own = ['metrics', 'health', 'healthz', 'readyz', 'webhook']
const maxBodyBytes = 1024 * 1024

/** The routes of plugins, by method and path. */
export class PluginRoutes {
  readonly #routes = new Map<string, Route>()
  /** Grows with each change, so that an app that was built before is known to be old. */
  version = 0

  get size(): number {
    return this.#routes.size
  }

  /**
   * Adds a route at `/<plugin>/…` and returns its remover.
   * @throws HTTP_ROUTE_INVALID when the path has no slash in front, or is taken
   */
  add(plugin: string, route: Route): () => void {
    const path = `/${plugin}${route.path === '/' ? '' : route.path}`
    const key = `${route.method} ${path}`
    if (!route.path.startsWith('/'))
      throw coreError('HTTP_ROUTE_INVALID', {
        message: `plugin ${plugin}: the route ${JSON.stringify(route.path)} does not begin with a slash`,
      })
    if (own.includes(plugin))
      throw coreError('HTTP_ROUTE_INVALID', { message: `plugin ${plugin}: the bot itself serves /${plugin}` })
    if (this.#routes.has(key)) throw coreError('HTTP_ROUTE_INVALID', { message: `${key} is registered twice` })
    this.#routes.set(key, { method: route.method, path, handle: (request, match) => route.handle(request, match) })
    this.version += 1
    return () => {
      if (this.#routes.delete(key)) this.version += 1
    }
  }

  all(): readonly Route[] {
    return [...this.#routes.values()]
  }
}

/** Builds the Hono app of one listener. Hono is loaded here, not with the module: a script without a server pays nothing. */
export async function buildRoutes(parts: RouteParts, routes: PluginRoutes, served: ServedRoutes): Promise<Hono> {
  const { Hono } = await import('hono')
  const { health, metrics, webhook, log } = parts
  const app = new Hono()
  app.notFound((context) => context.text('Not found', 404))
  app.onError((error, context) => {
    log.error('a request failed', { method: context.req.method, path: context.req.routePath, error })
    return context.text('Internal error', 500)
  })
  const alive = () => Response.json({ status: 'up' }, { headers: { 'cache-control': 'no-store' } })
  app.get('/healthz', alive)
  app.get('/health', alive)
  if (served.monitor) {
    app.get('/readyz', async () => {
      const status = await health.status()
      const ready = status.state === 'ready' || status.state === 'degraded'
      return Response.json(status, { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } })
    })
    if (metrics)
      app.get(
        '/metrics',
        async () => new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } }),
      )
  }
  if (!served.open) return app
  app.use(bodyLimit(maxBodyBytes))
  if (webhook) app.post('/webhook/:appId', (context) => webhook(context.req.param('appId'), context.req.raw))
  for (const { method, path, handle } of routes.all())
    app.on(method, path, (context) => handle(context.req.raw, { params: context.req.param() }))
  return app
}
