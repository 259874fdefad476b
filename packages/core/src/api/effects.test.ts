import { describe, expect, it } from 'vitest'
import type { ActiveRun } from '../observe/context.ts'
import { withScope } from '../observe/context.ts'
import { errorOf, openClient, openPlatform } from '../testing/open-client.ts'

const ok = { body: { code: 0, msg: 'success', data: { done: true } } }
const message = { receive_id: 'oc_1', msg_type: 'text', content: '{}' }
const send = { method: 'POST', path: '/open-apis/im/v1/messages', body: message } as const
const search = { method: 'POST', path: '/open-apis/search/v2/app', body: { query: 'x' } } as const

/** A run as a handler has it: results are kept from run to run. */
function runWith(results: Map<string, unknown>, ended = false): ActiveRun & { ended: boolean } {
  const counts = new Map<string, number>()
  return {
    signal: new AbortController().signal,
    ended,
    effect({ api, receiver, key }) {
      const name = `${api} ${receiver ?? ''}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
      const full = `${name} ${key ?? counts.get(name)}`.replaceAll(/\W/g, '').slice(-40)
      return { key: full, stored: results.has(full) ? { result: results.get(full) } : undefined }
    },
    keep: (key, result) => void results.set(key, result),
  }
}

describe('inside a handler', () => {
  it('replays the result of a keyed call and sends nothing', async () => {
    const platform = await openPlatform(() => ({ body: { code: 0, data: { message_id: 'om_1' } } }))
    const { client } = await openClient(platform.url)
    const results = new Map<string, unknown>()
    const handler = async () => [await client.request(send), await client.request(send)]
    await withScope({ run: runWith(results) }, handler)
    const again = await withScope({ run: runWith(results) }, handler)
    expect(again).toEqual([{ message_id: 'om_1' }, { message_id: 'om_1' }])
    expect(platform.calls).toHaveLength(2)
    const keys = platform.calls.map(({ json }) => String(json.uuid))
    expect(new Set(keys)).toEqual(new Set(results.keys()))
    expect(keys.every((key) => key.length <= 50)).toBe(true)
  })

  it('makes a POST about which nothing was said once, and replays its result', async () => {
    const platform = await openPlatform(() => ok)
    const claims: string[] = []
    const { client } = await openClient(platform.url, { claimEffect: async (_, key) => claims.push(key) > 0 })
    const results = new Map<string, unknown>()
    const first = await withScope({ run: runWith(results) }, () => client.request(search))
    const second = await withScope({ run: runWith(results) }, () => client.request(search))
    expect({ claims: claims.length, calls: platform.calls.length, second }).toEqual({
      claims: 1,
      calls: 1,
      second: first,
    })
  })

  it('does not repeat a call that may happen once and was begun by an earlier run', async () => {
    const platform = await openPlatform(() => ({ drop: true, body: 'x' }))
    const claimed = new Set<string>()
    const claimEffect = async (_: string, key: string) => !claimed.has(key) && claimed.add(key).size > 0
    const { client } = await openClient(platform.url, { claimEffect })
    const results = new Map<string, unknown>()
    await errorOf(withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' })))
    const error = await errorOf(
      withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' })),
    )
    expect(error.code).toBe('API_EFFECT_UNCERTAIN')
    expect(platform.calls).toHaveLength(1)
  })

  it('makes a call that may happen once again when the platform had refused it', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1 ? { status: 400, body: { code: 230001, msg: 'x' } } : ok,
    )
    const claimed = new Set<string>()
    const claimEffect = async (_: string, key: string) => !claimed.has(key) && claimed.add(key).size > 0
    const { client } = await openClient(platform.url, { claimEffect })
    const results = new Map<string, unknown>()
    await errorOf(withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' })))
    expect(await withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' }))).toEqual({
      done: true,
    })
    expect(await withScope({ run: runWith(results) }, () => client.request({ ...search, effect: 'once' }))).toEqual({
      done: true,
    })
    expect(platform.calls).toHaveLength(2)
  })

  it('refuses calls of an ended run, also one that ended while it waited', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1
        ? { status: 429, headers: { 'x-ogw-ratelimit-reset': '0.05' }, body: { code: 99991400, msg: 'x' } }
        : ok,
    )
    const { client } = await openClient(platform.url)
    const ended = await errorOf(
      withScope({ run: runWith(new Map(), true) }, () => client.request({ path: '/open-apis/x' })),
    )
    expect(ended.code).toBe('API_RUN_ENDED')
    expect(platform.calls).toHaveLength(0)
    await errorOf(client.request({ path: '/open-apis/x', retry: false }))
    const run = runWith(new Map())
    const waiting = errorOf(withScope({ run }, () => client.request({ path: '/open-apis/x' })))
    run.ended = true
    expect((await waiting).code).toBe('API_RUN_ENDED')
    expect(platform.calls).toHaveLength(1)
  })

  it('refuses calls inside a database write', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    const error = await errorOf(withScope({ writing: true }, () => client.request({ path: '/open-apis/x' })))
    expect(error.code).toBe('STORAGE_CALL_INSIDE_WRITE')
  })

  it('leaves a key that stands in the body, and fills one that is undefined', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    await client.request({ ...send, body: { ...message, uuid: 'of-the-author' } })
    await client.request({ ...send, body: { ...message, uuid: undefined } })
    expect(platform.calls[0]?.json.uuid).toBe('of-the-author')
    expect(platform.calls[1]?.json.uuid).toMatch(/^.{20,50}$/)
  })

  it('refuses keys of more than 50 characters', async () => {
    const platform = await openPlatform(() => ok)
    const { client } = await openClient(platform.url)
    expect((await errorOf(client.request({ ...send, key: 'x'.repeat(51) }))).code).toBe('API_REQUEST_INVALID')
    await client.request({ ...send, key: 'x'.repeat(50) })
    expect(platform.calls[0]?.json.uuid).toBe('x'.repeat(50))
  })
})
