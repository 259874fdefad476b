import { describe, expect, it } from 'vitest'
import { CallLog, keptBody } from './call-log.ts'

const json = 'application/json; charset=utf-8'
const call = { atMs: 0, method: 'POST', path: '/open-apis/x', status: 200, code: 0, durationMs: 1, logId: 'l' }
const bodies = (text: string) => ({ query: {}, request: { bytes: text.length, text } })

describe('the log of calls', () => {
  it('forgets bodies with their calls', () => {
    const log = new CallLog(10)
    for (let i = 0; i < 1000; i += 1) log.add(call, bodies('body'))
    const kept = log.list({}).map(({ seq }) => seq)
    expect(kept).toEqual([991, 992, 993, 994, 995, 996, 997, 998, 999, 1000])
    expect(log.bodies(1000)).toBeDefined()
    expect(log.bodies(900)).toBeUndefined()
  })

  it('keeps no more bodies than have room, the newest', () => {
    const log = new CallLog(100_000)
    const text = 'x'.repeat(64 * 1024)
    for (let i = 0; i < 1000; i += 1) log.add(call, bodies(text))
    const kept = log.list({}).filter(({ seq }) => log.bodies(seq))
    expect(kept.length).toBeLessThan(700)
    expect(kept.at(-1)?.seq).toBe(1000)
    log.reset()
    expect(log.bodies(1000)).toBeUndefined()
  })
})

describe('a kept body', () => {
  it('is cut where it is long, and tells its whole size', () => {
    const body = keptBody(JSON.stringify({ text: '长'.repeat(100_000) }), json)
    expect(body.bytes).toBe(300_011)
    expect(body.text?.length).toBeLessThanOrEqual(64 * 1024)
  })

  it('is its size alone when it is no text', () => {
    expect(keptBody(Buffer.alloc(7), 'image/png')).toEqual({ bytes: 7 })
    expect(keptBody(Buffer.alloc(7), 'multipart/form-data; boundary=x')).toEqual({ bytes: 7 })
  })

  it.each([
    ...['app_secret', 'AppSecret', 'client_secret', 'tenant_access_token', 'access_token', 'refresh_token'],
    ...['encryption_key', 'verification_token', 'password'],
  ])('masks %s', (name) => {
    const { text } = keptBody(JSON.stringify({ a: 1, [name]: 'very "secret', b: 2 }), json)
    expect(JSON.parse(text ?? '')).toEqual({ a: 1, [name]: '***', b: 2 })
  })

  it('masks a secret of a form, and the ticket of a connection', () => {
    const form = keptBody('grant_type=x&client_secret=very&code=c', 'application/x-www-form-urlencoded')
    expect(form.text).toBe('grant_type=x&client_secret=***&code=c')
    const endpoint = keptBody('{"URL":"ws://h/ws/v2?device_id=1&ticket=very&x=1"}', json)
    expect(endpoint.text).toBe('{"URL":"ws://h/ws/v2?device_id=1&ticket=***&x=1"}')
  })

  it('masks a secret that the cut goes through', () => {
    const { text } = keptBody(`${' '.repeat(64 * 1024 - 30)}"client_secret":"very secret"`, json)
    expect(text).not.toContain('very')
  })
})
