import { request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { openSandbox } from '../testing/open-sandbox.ts'
import { foreignRequest } from './request-guard.ts'

describe('a request to the control API', () => {
  it.each([
    { host: '127.0.0.1:8666' },
    { host: 'localhost:8666', origin: 'http://localhost:8666', 'sec-fetch-site': 'same-origin' },
    { host: '[::1]:8666', origin: 'http://[::1]:8666' },
    { host: '192.168.1.20:8666', origin: 'http://192.168.1.20:8666' },
    { host: 'sandbox:8666' },
    { host: 'feishu.test', origin: 'https://feishu.test' },
    { host: 'bots.example.com', origin: 'https://bots.example.com' },
  ])('is let in with %j', (headers) => {
    expect(foreignRequest(headers, 'bots.example.com')).toBeUndefined()
  })

  it.each([
    [{ host: 'evil.example.com:8666' }, 'host name "evil.example.com:8666"'],
    [{ host: '127.0.0.1.evil.example.com' }, 'host name'],
    [{}, 'host name ""'],
    [{ host: '127.0.0.1:8666', origin: 'http://evil.example.com' }, 'origin http://evil.example.com'],
    [{ host: '127.0.0.1:8666', origin: 'http://127.0.0.1:9999' }, 'origin http://127.0.0.1:9999'],
    [{ host: '127.0.0.1:8666', origin: 'null' }, 'origin null'],
    [{ host: '127.0.0.1:8666', 'sec-fetch-site': 'cross-site' }, 'foreign site'],
  ])('is refused with %j', (headers, reason) => {
    expect(foreignRequest(headers, '127.0.0.1')).toContain(reason)
  })
})

describe('a foreign site', () => {
  const evil = 'http://evil.example.com'

  it('can neither drive the sandbox nor read it', async () => {
    const sandbox = await openSandbox()
    const say = (origin: string) =>
      fetch(`${sandbox.url}/sandbox/say`, {
        method: 'POST',
        headers: { origin, 'content-type': 'text/plain' },
        body: '{"user":"alice","text":"hello"}',
      })
    const refused = await say(evil)
    expect([refused.status, await refused.json()]).toEqual([403, { error: expect.stringContaining(evil) }])
    expect((await fetch(`${sandbox.url}/sandbox/page/start`, { headers: { origin: evil } })).status).toBe(403)
    expect((await say(sandbox.url)).status).toBe(200)
  })

  it('gets nowhere by a name of its own that points here', async () => {
    const sandbox = await openSandbox()
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example.com' }
      const request = httpRequest(`${sandbox.url}/sandbox`, { headers }, (response) => resolve(response.statusCode))
      request.on('error', reject).end()
    })
    expect(status).toBe(403)
  })

  it('cannot open the feed', async () => {
    const sandbox = await openSandbox()
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/sandbox/feed?user=alice`, { origin: evil })
    const message = await new Promise((resolve) => socket.once('error', (error) => resolve(error.message)))
    expect(message).toContain('403')
  })
})
