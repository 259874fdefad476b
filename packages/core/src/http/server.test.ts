import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createSecrets } from '../observe/redact.ts'
import { createHealthChecks } from './health-checks.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts'

const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }
const servers: HttpServer[] = []

function server(given: Partial<HttpServerOptions> = {}): HttpServer {
  const health = createHealthChecks({ secrets: createSecrets() })
  health.setPhase('running')
  const made = createHttpServer({
    http: { host: '127.0.0.1', port: 0, monitor: true, monitorHost: '127.0.0.1', monitorPort: 0 },
    health,
    metrics: { text: async () => 'larkspur_x 1\n', contentType: 'text/plain; version=0.0.4' },
    log: quiet,
    ...given,
  })
  servers.push(made)
  return made
}

afterEach(async () => {
  for (const each of servers.splice(0)) await each.close()
})

const get = (port: number | undefined, path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${port}${path}`, init)

describe('ports', () => {
  test('without webhooks and routes only the monitor port opens', async () => {
    const bot = server()
    const ports = await bot.listen(false)
    expect(ports.http).toBeUndefined()
    expect(bot.ports).toEqual(ports)
    const metrics = await get(ports.monitor, '/metrics')
    expect([metrics.status, metrics.headers.get('content-type'), await metrics.text()]).toEqual([
      200,
      'text/plain; version=0.0.4',
      'larkspur_x 1\n',
    ])
    for (const path of ['/health', '/healthz', '/readyz'])
      expect((await get(ports.monitor, path)).status, path).toBe(200)
  })

  test('the open port serves webhook, routes and liveness, but neither metrics nor readiness', async () => {
    const bot = server({ webhook: (appId) => new Response(`from ${appId}`) })
    bot.route('pages', {
      method: 'GET',
      path: '/list/:id',
      handle: (request) => new Response(new URL(request.url).pathname),
    })
    const { http, monitor } = await bot.listen(false)
    expect(await (await get(http, '/webhook/cli_a', { method: 'POST', body: '{}' })).text()).toBe('from cli_a')
    expect(await (await get(http, '/pages/list/7')).text()).toBe('/pages/list/7')
    expect((await get(http, '/healthz')).status).toBe(200)
    expect((await get(http, '/metrics')).status).toBe(404)
    expect((await get(http, '/readyz')).status).toBe(404)
    expect((await get(monitor, '/pages/list/7')).status).toBe(404)
  })

  test('without a monitor neither metrics nor readiness are served on any port, and liveness is', async () => {
    const bot = server({
      http: { host: '127.0.0.1', port: 0, monitor: false, monitorHost: '127.0.0.1', monitorPort: 0 },
    })
    const ports = await bot.listen(true)
    expect(Object.keys(ports)).toEqual(['http'])
    expect((await get(ports.http, '/healthz')).status).toBe(200)
    expect((await get(ports.http, '/metrics')).status).toBe(404)
    expect((await get(ports.http, '/readyz')).status).toBe(404)
    const quietBot = server({
      http: { host: '127.0.0.1', port: 1, monitor: false, monitorHost: '::1', monitorPort: 1 },
    })
    expect(await quietBot.listen(false)).toEqual({})
  })

  test('a route gets the parts of its path, decoded, whatever its method', async () => {
    const bot = server()
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const)
      bot.route('pages', {
        method,
        path: '/:list/items/:id',
        handle: (request, { params }) => Response.json([request.method, params]),
      })
    const { http } = await bot.listen(false)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
      expect(await (await get(http, '/pages/a%20b/items/%E4%BD%A0', { method })).json()).toEqual([
        method,
        { list: 'a b', id: '你' },
      ])
    expect((await get(http, '/pages/a/items/7', { method: 'PATCH' })).status).toBe(404)
  })

  test('equal ports make one listener that serves everything', async () => {
    const free = server()
    const { monitor: port = 0 } = await free.listen(false)
    await free.close()
    const bot = server({
      http: { host: '127.0.0.1', port, monitor: true, monitorHost: '127.0.0.1', monitorPort: port },
    })
    expect(await bot.listen(true)).toEqual({ http: port, monitor: port })
    expect((await get(port, '/metrics')).status).toBe(200)
  })

  test('a taken port is one error that names the option, and what was opened is closed again', async () => {
    const first = server()
    const { monitor: taken = 0 } = await first.listen(false)
    const second = server({
      http: { host: '127.0.0.1', port: taken, monitor: true, monitorHost: '127.0.0.1', monitorPort: 0 },
    })
    await expect(second.listen(true)).rejects.toMatchObject({
      code: 'HTTP_PORT_IN_USE',
      message: `127.0.0.1:${taken} (http.port) is taken by another program`,
      hint: expect.stringContaining('LARKSPUR_HTTP_PORT'),
    })
    expect(second.ports).toEqual({})
  })

  test('an address of another machine is a clear error', async () => {
    const bot = server({
      http: { host: '127.0.0.1', port: 0, monitor: true, monitorHost: '192.0.2.1', monitorPort: 0 },
    })
    await expect(bot.listen(false)).rejects.toMatchObject({ code: 'HTTP_LISTEN_FAILED' })
  })
})

describe('routes', () => {
  test('fetch serves everything without a port, also routes that are added and removed later', async () => {
    const bot = server()
    const remove = bot.route('pages', {
      method: 'POST',
      path: '/',
      handle: async (request) => new Response(await request.text()),
    })
    const ask = () => bot.fetch(new Request('http://bot/pages', { method: 'POST', body: 'hello' }))
    expect(await (await ask()).text()).toBe('hello')
    expect((await bot.fetch(new Request('http://bot/metrics'))).status).toBe(200)
    remove()
    expect((await ask()).status).toBe(404)
  })

  test('a wrong, repeated or reserved path is refused', () => {
    const bot = server()
    const handle = () => new Response()
    bot.route('pages', { method: 'GET', path: '/a', handle })
    const code = { code: 'HTTP_ROUTE_INVALID' }
    expect(() => bot.route('pages', { method: 'GET', path: 'a', handle })).toThrow(expect.objectContaining(code))
    expect(() => bot.route('pages', { method: 'GET', path: '/a', handle })).toThrow(expect.objectContaining(code))
    expect(() => bot.route('metrics', { method: 'GET', path: '/a', handle })).toThrow(expect.objectContaining(code))
  })

  test('a route that throws answers a constant 500 and is logged', async () => {
    const logged: unknown[] = []
    const bot = server({ log: { ...quiet, error: (message, fields) => logged.push([message, fields?.path]) } })
    bot.route('pages', {
      method: 'GET',
      path: '/:id',
      handle: () => {
        throw new TypeError('canary')
      },
    })
    const { http } = await bot.listen(false)
    const answer = await get(http, '/pages/1')
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal error'])
    expect(logged).toEqual([['a request failed', '/pages/:id']])
  })
})

describe('limits', () => {
  test('a small body of unknown length reaches its handler whole', async () => {
    const bot = server({ webhook: async (_, request) => new Response(await request.text()) })
    const { http } = await bot.listen(true)
    const body = new Blob(['in ', 'parts']).stream()
    const answer = await get(http, '/webhook/a', { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect([answer.status, await answer.text()]).toEqual([200, 'in parts'])
  })

  test('a body over 1 MiB is refused, with and without a declared length', async () => {
    let handled = 0
    const bot = server({
      webhook: () => {
        handled += 1
        return new Response('ok')
      },
    })
    const { http } = await bot.listen(true)
    const body = 'x'.repeat(1024 * 1024 + 1)
    expect((await get(http, '/webhook/a', { method: 'POST', body })).status).toBe(413)
    const stream = new Blob([body]).stream()
    const chunked = await get(http, '/webhook/a', { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
    expect([chunked.status, await chunked.text(), handled]).toEqual([413, 'Body too large', 0])
  })

  test('a client that never ends its headers or its body is cut off', async () => {
    const bot = server({
      limits: { headersTimeoutMs: 50, requestTimeoutMs: 100, checkMs: 20 },
      webhook: async (_, request) => new Response(await request.text()),
    })
    const { http = 0 } = await bot.listen(true)
    const answers = await Promise.all(
      [
        'POST /webhook/a HTTP/1.1\r\nHost: a\r\n',
        'POST /webhook/a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab',
      ].map(async (start) => {
        const socket = connect(http, '127.0.0.1')
        let answer = ''
        socket.on('error', () => undefined).on('data', (data) => (answer += String(data)))
        socket.write(start)
        await once(socket, 'close')
        return answer.split('\r\n')[0]
      }),
    )
    expect(answers).toEqual(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout'])
  })
})

describe('close', () => {
  test('a running request ends, idle sockets do not hold it up, and it may be called twice', async () => {
    const entered = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const bot = server({
      webhook: async () => {
        entered.resolve()
        await go.promise
        return new Response('done')
      },
    })
    const { http } = await bot.listen(true)
    await (await get(http, '/healthz')).text()
    const running = get(http, '/webhook/a', { method: 'POST', body: '' })
    await entered.promise
    const closing = Promise.all([bot.close(), bot.close()])
    go.resolve()
    expect(await (await running).text()).toBe('done')
    await closing
    await expect(get(http, '/healthz')).rejects.toThrow()
  })

  test('a request that does not end is cut off', async () => {
    const entered = Promise.withResolvers<void>()
    const bot = server({
      limits: { closeMs: 20 },
      webhook: () => {
        entered.resolve()
        return new Promise(() => undefined)
      },
    })
    const { http } = await bot.listen(true)
    const running = get(http, '/webhook/a', { method: 'POST', body: '' }).catch((error: unknown) => error)
    await entered.promise
    await bot.close()
    expect(await running).toBeInstanceOf(Error)
  })
})
