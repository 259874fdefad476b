import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { frame, type Platform, startPlatform } from '../testing/link-platform.ts'
import { appOf, supervise } from '../testing/supervised-link.ts'

const app = (platform: Platform) => appOf(platform.url, { appId: 'cli_0123456789abcdef', appSecret: 'secret-canary' })
const data = (headers: Record<string, string>, payload?: string | Uint8Array) =>
  frame({ type: 'event', message_id: 'm', sum: '1', seq: '0', ...headers }, payload)
const event = (eventId: string) => JSON.stringify({ schema: '2.0', header: { event_id: eventId }, event: {} })

test.each([
  ['text', 'hello'],
  ['noise', Buffer.from([0xff, 0x00, 0x12, 0x99])],
  ['an empty message', Buffer.alloc(0)],
  ['a frame without sum and seq', frame({ type: 'event', message_id: 'm' }, event('x'))],
  ['a sum of 0', data({ sum: '0' }, event('x'))],
  ['a seq past the sum', data({ seq: '3' }, event('x'))],
  ['a sum that is no number', data({ sum: 'many' }, event('x'))],
  ['a sum past all memory', data({ sum: '99999999999' }, event('x'))],
  ['a payload that is not JSON', data({}, '{"schema": "private words of somebody')],
  ['a pong that is not JSON', frame({ type: 'pong' }, 'pong', 0)],
])('the link survives %s, counts it, and takes the next event', async (_, message) => {
  await using platform = await startPlatform()
  await using bot = supervise(app(platform))
  await bot.start()
  const [ws] = platform.links
  ws?.send(message)
  await bot.until(() => bot.counts.unreadable === 1)
  ws?.send(data({ message_id: 'next' }, event('next')))
  await bot.until(() => bot.envelopes.length === 1)
  expect(bot.supervisor.state).toBe('open')
  expect(platform.pulls()).toBe(1)
  expect(bot.lines.join('\n')).not.toMatch(/private words|secret-canary/)
})

test('frames without a payload, of an unknown type, or half an event do no harm', async () => {
  await using platform = await startPlatform()
  await using bot = supervise(app(platform))
  await bot.start()
  const [ws] = platform.links
  for (const message of [data({}), frame({ type: 'news' }, '{}'), frame({ type: 'card' }, '{}'), frame({}, '{}', 9)])
    ws?.send(message)
  ws?.send(data({ message_id: 'half', sum: '2' }, '{"schema'))
  ws?.send(data({ message_id: 'next' }, event('next')))
  await bot.until(() => bot.envelopes.length === 1)
  expect(bot.envelopes).toEqual([JSON.parse(event('next'))])
})

test('a flood of broken messages is counted whole and logged in a few lines', async () => {
  await using platform = await startPlatform()
  await using bot = supervise(app(platform))
  await bot.start()
  const [ws] = platform.links
  for (let count = 0; count < 500; count += 1) ws?.send(Buffer.from([0xff, count & 0xff]))
  await bot.until(() => bot.counts.unreadable === 500)
  expect(bot.lines.filter((line) => line.includes('could not be read'))).toHaveLength(5)
})

test('an event in parts is put together in any order', async () => {
  await using platform = await startPlatform()
  await using bot = supervise(app(platform))
  await bot.start()
  const [ws] = platform.links
  const text = event('parts')
  ws?.send(data({ sum: '2', seq: '1' }, text.slice(10)))
  ws?.send(data({ sum: '2', seq: '0' }, text.slice(0, 10)))
  await bot.until(() => bot.envelopes.length === 1)
  expect(bot.envelopes).toEqual([JSON.parse(text)])
})

test('a stored event is acknowledged with 200, a failed one with 500', async () => {
  await using platform = await startPlatform()
  const acks: string[] = []
  const both = Promise.withResolvers<void>()
  platform.onFrame = ({ headers, payload }) => {
    if (headers.type !== 'event') return
    acks.push(`${headers.message_id} ${payload}`)
    if (acks.length === 2) both.resolve()
  }
  await using bot = supervise(app(platform), {
    receive: async (envelope) => {
      if ((envelope as { header: { event_id: string } }).header.event_id === 'bad') throw new Error('away')
    },
  })
  await bot.start()
  const [ws] = platform.links
  ws?.send(data({ message_id: 'good' }, event('good')))
  ws?.send(data({ message_id: 'bad' }, event('bad')))
  await both.promise
  expect(acks.sort()).toEqual(['bad {"code":500}', 'good {"code":200}'])
})

test('a pong without a ping interval ends in a new attempt, not in a storm of pings', async () => {
  await using platform = await startPlatform({ PingInterval: 0.1 })
  platform.pong = '{}'
  let pings = 0
  platform.onFrame = () => {
    pings += 1
  }
  await using bot = supervise(app(platform), { random: () => 1, connection: { firstRetryMs: 300 } })
  await bot.start()
  await bot.until(() => bot.counts.failures.ping_storm === 1)
  expect(pings).toBeLessThan(100)
  platform.pong = undefined
  await bot.until(() => bot.opens.length === 2)
})

test('an event loop that stands still for longer than the time-out loses no link', async () => {
  await using platform = await startPlatform({ PingInterval: 0.05 })
  await using bot = supervise(app(platform), { connection: { pongTimeoutMs: 60 } })
  let pings = 0
  let onPing = (): void => {}
  platform.onFrame = () => {
    pings += 1
    onPing()
  }
  await bot.start()
  for (let stall = 1; stall <= 4; stall += 1) {
    await new Promise<void>((resolve) => {
      onPing = resolve
    })
    const until = performance.now() + 150
    while (performance.now() < until);
  }
  const before = pings
  while (pings < before + 3) await new Promise(setImmediate)
  expect(bot.counts).toMatchObject({ opens: 1, failures: {} })
})

test.each([
  ['that answers nothing', () => true, 'timeout'],
  ['that answers half a head', (socket: Socket) => !!socket.write('HTTP/1.1 101'), 'timeout'],
  ['that ends the socket', (socket: Socket) => !!socket.destroy(), 'handshake'],
  ['with HTTP 500', refuse('500 Oops', ''), 'handshake'],
  ['with a login page', refuse('302 Found', 'location: http://login.example/\r\n'), 'handshake'],
  ['with handshake status 403', refuse('403 No', 'Handshake-Status: 403\r\nHandshake-Msg: forbidden\r\n'), 'refused'],
  ['with handshake status 514', refuse('403 No', 'handshake-status: 514\r\nhandshake-autherrcode: 7\r\n'), 'handshake'],
  ['with the limit', refuse('403 No', 'Handshake-Status: 514\r\nHandshake-Autherrcode: 1000040350\r\n'), 'limit'],
])('a handshake %s is a failure with a reason and leaves no socket', async (_, handshake, reason) => {
  await using platform = await startPlatform()
  platform.handshake = handshake
  await using bot = supervise(app(platform), {
    connection: { handshakeTimeoutMs: reason === 'timeout' ? 100 : 10_000, firstRetryMs: 10_000 },
  })
  expect(await bot.start()).toMatchObject({ name: 'LarkspurError', message: expect.not.stringContaining('device_id') })
  expect(bot.counts.failures).toEqual({ [reason]: 1 })
  while (platform.sockets.size > 0) await new Promise(setImmediate)
})

test('closing in the middle of a handshake leaves no socket', async () => {
  await using platform = await startPlatform()
  const asked = Promise.withResolvers<void>()
  platform.handshake = () => {
    asked.resolve()
    return true
  }
  const bot = supervise(app(platform), { connection: { handshakeTimeoutMs: 60_000 } })
  const started = bot.start()
  await asked.promise
  await bot.supervisor.close({ drainMs: 0 })
  expect(await started).toBeUndefined()
  while (platform.sockets.size > 0) await new Promise(setImmediate)
})

test('a platform that ignores the close is cut off', async () => {
  await using platform = await startPlatform()
  const bot = supervise(app(platform), {
    // Two seconds of patience, run at once.
    clock: {
      monotonicMs: () => performance.now(),
      wallMs: () => Date.now(),
      after: (ms, fn) => {
        const timer = setTimeout(fn, ms === 2000 ? 0 : ms)
        return () => clearTimeout(timer)
      },
    },
  })
  await bot.start()
  for (const socket of platform.sockets) socket.pause()
  await bot.supervisor.close({ drainMs: 0 })
  expect(bot.supervisor.state).toBe('closed')
})

test('a process ends by itself after close, also when it never linked', async () => {
  await using platform = await startPlatform()
  const code = `
    import { appOf, supervise } from ${JSON.stringify(new URL('../testing/supervised-link.ts', import.meta.url).href)}
    const app = { appId: 'cli_0123456789abcdef', appSecret: 's' }
    const linked = supervise(appOf(${JSON.stringify(platform.url)}, app))
    const lost = supervise(appOf('http://127.0.0.1:1', app), { connection: { firstRetryMs: 60_000 }, random: () => 1 })
    await Promise.all([linked.start(), lost.start()])
    await Promise.all([linked, lost].map(({ supervisor }) => supervisor.close({ drainMs: 1000 })))
    console.log(linked.states.join(), lost.states.join())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(said.trim()).toBe('connecting,open,draining,closed connecting,waiting,draining,closed')
})

function refuse(status: string, headers: string) {
  return (socket: Socket) => {
    socket.end(`HTTP/1.1 ${status}\r\n${headers}content-length: 0\r\n\r\n`)
    return true
  }
}
