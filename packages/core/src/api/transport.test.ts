import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { afterTest, errorOf, openClient, openPlatform } from '../testing/open-client.ts'
import { neverSent } from './transport.ts'

const ok = { body: { code: 0, msg: 'success', data: { done: true } } }

/** A proxy that leads every way to one port, as an HTTP request or through CONNECT. */
async function openProxy(targetUrl: string) {
  const seen: string[] = []
  const target = new URL(targetUrl)
  const server: Server = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { pathname, search } = new URL(request.url ?? '')
    const body = Buffer.concat(parts)
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(target.origin + pathname + search, {
      ...{ method: request.method ?? 'GET', headers },
      ...(body.length > 0 && { body }),
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    const through = connect(Number(target.port), target.hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    through.on('error', () => socket.destroy())
    socket.on('error', () => through.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  return { seen, url: `http://user:pass@127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it('goes through the proxy, tokens too, with its user and password', async () => {
  const platform = await openPlatform(() => ok)
  const proxy = await openProxy(platform.url)
  const { client } = await openClient('http://open.example', { http: { proxy: { url: proxy.url } } })
  expect(await client.request({ path: '/open-apis/x' })).toEqual({ done: true })
  expect(proxy.seen.length).toBeGreaterThanOrEqual(1)
  for (const line of proxy.seen) {
    expect(line).toContain('open.example')
    expect(line).toContain(`Basic ${btoa('user:pass')}`)
  }
  expect([platform.tokens.length, platform.calls.length]).toEqual([1, 1])
})

it('reaches loopback and the hosts of noProxy directly', async () => {
  const platform = await openPlatform(() => ok)
  const proxy = await openProxy(platform.url)
  const { client } = await openClient(platform.url, { http: { proxy: { url: proxy.url } } })
  await client.request({ path: '/open-apis/x' })
  const excepted = await openClient('http://open.invalid', { http: { proxy: { url: proxy.url, noProxy: '.invalid' } } })
  const error = await errorOf(excepted.client.request({ path: '/x', auth: 'none', retry: false }))
  expect(error).toMatchObject({ code: 'API_UNREACHABLE', category: 'network' })
  expect(proxy.seen).toEqual([])
})

it('names a certificate file that cannot be read', async () => {
  const platform = await openPlatform(() => ok)
  const { client } = await openClient(platform.url, { http: { proxy: { caFile: '/nowhere/ca.pem' } } })
  const error = await errorOf(client.request({ path: '/x', auth: 'none' }))
  expect(error).toMatchObject({ category: 'config', message: expect.stringContaining('/nowhere/ca.pem') })
})

it('keeps connections, never more than it may', async () => {
  const platform = await openPlatform(() => ok)
  const sockets = new Set<unknown>()
  const { client } = await openClient(platform.url, { http: { maxConnections: 3 } })
  const server = createServer((request, response) => {
    sockets.add(request.socket)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"code":0,"data":1}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  const own = await openClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    http: { maxConnections: 3 },
  })
  const call = () => own.client.request({ path: '/x', auth: 'none' })
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 20 }, call))
  expect(sockets.size).toBe(3)
  expect(await client.request({ path: '/x' })).toEqual({ done: true })
})

it('knows which requests were never sent', async () => {
  const { transport } = await openClient('http://127.0.0.1:1')
  const request = { method: 'POST', path: '/x', api: 'POST /x', headers: [], timeoutMs: 500 } as const
  const refused = await errorOf(transport.send({ ...request, origin: 'http://127.0.0.1:1' }))
  expect([refused.code, neverSent(refused)]).toEqual(['API_UNREACHABLE', true])
  const platform = await openPlatform(() => ({ hang: true }))
  const silent = await errorOf(transport.send({ ...request, origin: platform.url, timeoutMs: 50 }))
  expect([silent.code, neverSent(silent)]).toEqual(['API_TIMEOUT', false])
  const invalid = await errorOf(transport.send({ ...request, origin: platform.url, headers: ['x-a', 'b\r\nc: d'] }))
  expect([invalid.code, neverSent(invalid)]).toEqual(['API_REQUEST_INVALID', true])
})

it('reads no more of an answer than it may', async () => {
  const platform = await openPlatform(() => ({ body: { code: 0, data: 'x'.repeat(5000) } }))
  const { client } = await openClient(platform.url, { http: { maxAnswerBytes: 1000 } })
  const error = await errorOf(client.request({ path: '/x', auth: 'none' }))
  expect(error).toMatchObject({ code: 'API_ANSWER_UNREADABLE', retryable: false })
  expect(platform.calls).toHaveLength(1)
})
