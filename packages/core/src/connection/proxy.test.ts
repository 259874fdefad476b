import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { startPlatform } from '../testing/link-platform.ts'
import { appOf, supervise } from '../testing/supervised-link.ts'
import { proxyFor } from './proxy.ts'

const open = new Set<() => void>()
afterEach(() => {
  for (const close of open) close()
  open.clear()
})

/** A proxy that leads every name to this machine and remembers who asked for what. */
async function startProxy(port: number, status = 200) {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const proxy: Server = createServer()
  proxy.on('connect', (request, client: Socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`)
    sockets.add(client)
    client.on('error', () => {})
    if (status === 0) return
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    client.on('close', () => {
      sockets.delete(client)
      upstream.destroy()
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  open.add(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port: proxyPort } = proxy.address() as AddressInfo
  return { host: `127.0.0.1:${proxyPort}`, asked, sockets }
}

async function platformBehind(status?: number) {
  const platform = await startPlatform()
  open.add(() => void platform[Symbol.asyncDispose]())
  const port = Number(new URL(platform.url).port)
  // A name that only the proxy can lead anywhere.
  const domain = `http://platform.invalid:${port}`
  platform.endpoint = (_, response) => {
    const data = { URL: `${domain.replace('http', 'ws')}/ws?a=1&service_id=1`, ClientConfig: { PingInterval: 120 } }
    response.end(JSON.stringify({ code: 0, msg: '', data }))
  }
  const app = appOf(domain, { appId: 'cli_0123456789abcdef', appSecret: 'secret-canary' })
  return { platform, app, port, proxy: await startProxy(port, status) }
}

test('endpoint and link both go through the proxy, with its user and password', async () => {
  const { platform, app, port, proxy } = await platformBehind()
  await using bot = supervise(app, { proxy: { url: `http://me:p%40ss@${proxy.host}` } })
  expect(await bot.start()).toBeUndefined()
  const line = `platform.invalid:${port} Basic ${Buffer.from('me:p@ss').toString('base64')}`
  expect(proxy.asked).toEqual([line, line])
  for (const ws of platform.links) ws.terminate()
  await bot.until(() => bot.opens.length === 2)
  expect(bot.counts.failures).toEqual({ dropped: 1 })
  await bot.supervisor.close({ drainMs: 0 })
  while (proxy.sockets.size > 0) await new Promise(setImmediate)
})

test.each([
  [407, 'user and password'],
  [403, 'whoever runs the proxy'],
])('a proxy that answers %i is named, with what to do, and without its password', async (status, advice) => {
  const { app, proxy } = await platformBehind(status)
  await using bot = supervise(app, { proxy: { url: `http://me:pass-canary@${proxy.host}` } })
  const error = await bot.start()
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', message: expect.stringContaining(`HTTP ${status}`) })
  expect(error?.cause).toMatchObject({ hint: expect.stringContaining(advice) })
  expect(bot.lines.join('\n')).not.toContain('pass-canary')
})

test('a proxy that never answers is given up after the deadline, and its socket is closed', async () => {
  const { app, proxy } = await platformBehind(0)
  await using bot = supervise(app, {
    proxy: { url: `http://${proxy.host}` },
    connection: { endpointTimeoutMs: 200, firstRetryMs: 60_000 },
    random: () => 1,
  })
  expect(await bot.start()).toMatchObject({ message: expect.stringContaining('200 ms') })
  const [socket] = proxy.sockets
  socket?.resume()
  await new Promise((resolve) => socket?.once('close', resolve).once('end', () => socket.end()))
})

test('a proxy that is not there is named', async () => {
  const { app } = await platformBehind()
  await using bot = supervise(app, { proxy: { url: 'http://127.0.0.1:1' } })
  expect(await bot.start()).toMatchObject({
    message: expect.stringContaining('proxy 127.0.0.1:1 could not be reached'),
  })
})

test('a certificate file that cannot be read is named', async () => {
  const { app } = await platformBehind()
  await using bot = supervise(app, { proxy: { caFile: '/no/such/ca.pem' } })
  expect(await bot.start()).toMatchObject({ message: expect.stringContaining('/no/such/ca.pem') })
})

test.each([
  ['https://open.feishu.cn', undefined, true],
  ['https://open.feishu.cn', '', true],
  ['https://open.feishu.cn', 'feishu.cn', false],
  ['https://open.feishu.cn', '.feishu.cn', false],
  ['https://open.feishu.cn', '*.feishu.cn', false],
  ['https://feishu.cn', '.feishu.cn', false],
  ['https://evilfeishu.cn', 'feishu.cn', true],
  ['https://OPEN.feishu.cn', 'open.FEISHU.cn', false],
  ['wss://open.feishu.cn', 'feishu.cn:443', false],
  ['https://open.feishu.cn', 'feishu.cn:8443', true],
  ['http://open.feishu.cn', 'feishu.cn:80', false],
  ['https://open.feishu.cn', 'example.org, feishu.cn', false],
  ['https://open.feishu.cn', 'example.org feishu.cn', false],
  ['https://open.feishu.cn', '*', false],
  ['https://10.0.0.7', '10.0.0.7', false],
  ['http://localhost:8100', undefined, false],
  ['http://127.0.0.1:8100', undefined, false],
  ['http://[::1]:8100', undefined, false],
])('%s with NO_PROXY %j goes through the proxy: %j', (target, noProxy, expected) => {
  expect(proxyFor(new URL(target), { url: 'http://proxy:3128', noProxy })?.host).toBe(
    expected ? 'proxy:3128' : undefined,
  )
})
