import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { asUser, client } from './raw-client.ts'
import { afterTest, errorOf, openClient, openPlatform } from './testing/open-client.ts'

const ok = { body: { code: 0, msg: 'success', data: { message_id: 'om_1' } } }
const message = { receive_id: 'oc_1', msg_type: 'text', content: '{}' }

describe('the raw client', () => {
  it('sends with our token and key, and gives the whole envelope', async () => {
    const platform = await openPlatform(() => ok)
    const { client: app } = await openClient(platform.url)
    const answer = await client(app).im.v1.message.create({ params: { receive_id_type: 'chat_id' }, data: message })
    expect(answer).toEqual(ok.body)
    const [call] = platform.calls
    expect(call?.url).toBe('/open-apis/im/v1/messages?receive_id_type=chat_id')
    expect(call?.headers.authorization).toMatch(/^Bearer t-token/)
    expect(call?.json).toMatchObject(message)
    expect(call?.json.uuid).toMatch(/^.{20,50}$/)
    expect(platform.tokens).toHaveLength(1)
    expect(client(app)).toBe(client(app))
  })

  it('makes a call as a user, and does not send the marker', async () => {
    const platform = await openPlatform(() => ok)
    const { client: app, pool } = await openClient(platform.url)
    pool.provideUserTokens({
      get: async ({ openId }) => ({ value: `u-tokenOf${openId}`, expiresAtMs: Date.now() + 60_000 }),
      refused: async () => {},
    })
    await client(app).im.v1.message.create({ params: { receive_id_type: 'chat_id' }, data: message }, asUser('ou_1'))
    await client(app).im.v1.message.create({ params: { receive_id_type: 'chat_id' }, data: message })
    expect(platform.calls[0]?.headers.authorization).toBe('Bearer u-tokenOfou_1')
    expect(platform.calls[1]?.headers.authorization).toMatch(/^Bearer t-/)
    for (const { headers } of platform.calls) expect(Object.keys(headers)).not.toContain('x-larkspur-as-user')
  })

  it('throws for a code other than 0, and replaces a refused token', async () => {
    const platform = await openPlatform((_, nth) => {
      if (nth === 1) return { status: 400, body: { code: 99991663, msg: 'void' } }
      return nth === 2 ? ok : { body: { code: 230002, msg: 'not in chat' } }
    })
    const { client: app } = await openClient(platform.url)
    const send = () => client(app).im.v1.message.create({ params: { receive_id_type: 'chat_id' }, data: message })
    expect(await send()).toEqual(ok.body)
    expect(platform.tokens).toHaveLength(2)
    expect(await errorOf(send())).toMatchObject({ code: 'API_REFUSED', platform: { code: 230002 } })
  })

  it('sends no body with GET and DELETE', async () => {
    const platform = await openPlatform(() => ok)
    const { client: app } = await openClient(platform.url)
    await client(app).im.v1.message.get({ path: { message_id: 'om_1' } })
    await client(app).im.v1.message.delete({ path: { message_id: 'om_1' } })
    expect(platform.calls.map(({ method, url, body }) => [method, url, body.length])).toEqual([
      ['GET', '/open-apis/im/v1/messages/om_1', 0],
      ['DELETE', '/open-apis/im/v1/messages/om_1', 0],
    ])
  })

  it('uploads a buffer and a stream, again after a failure', async () => {
    const platform = await openPlatform((_, nth) =>
      nth === 1
        ? { status: 429, body: { code: 99991400, msg: 'x' } }
        : { body: { code: 0, data: { image_key: 'img_1' } } },
    )
    const { client: app } = await openClient(platform.url)
    const upload = (image: Buffer | Readable) =>
      client(app).im.v1.image.create({ data: { image_type: 'message', image: image as Buffer } })
    expect(await upload(Readable.from([Buffer.from('pic'), Buffer.from('ture')]))).toEqual({ image_key: 'img_1' })
    expect(await upload(Buffer.from('picture'))).toEqual({ image_key: 'img_1' })
    expect(platform.calls).toHaveLength(3)
    for (const { headers, body } of platform.calls) {
      expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
      expect(Number(headers['content-length'])).toBe(body.length)
      expect(body.toString()).toMatch(
        /name="image_type"\r\n\r\nmessage[\s\S]*name="image"; filename="image"[\s\S]*\r\n\r\npicture\r\n/,
      )
    }
  })

  it('downloads into a file, and throws where the platform refuses', async () => {
    const bytes = Buffer.alloc(300_000, 7)
    const platform = await openPlatform((_, nth) =>
      nth === 1
        ? { headers: { 'content-type': 'image/png', 'x-own': 'yes' }, body: bytes }
        : { status: 400, body: { code: 234003, msg: 'not in message' } },
    )
    const { client: app } = await openClient(platform.url)
    const get = () => client(app).im.v1.image.get({ path: { image_key: 'img_1' } })
    const path = join(tmpdir(), `larkspur-download-${process.pid}`)
    afterTest(async () => (await import('node:fs/promises')).rm(path, { force: true }))
    const file = await get()
    expect(file.headers['x-own']).toBe('yes')
    await file.writeFile(path)
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect(await errorOf(get())).toMatchObject({ code: 'API_REFUSED', platform: { code: 234003 } })
  })

  it('takes the app token for authorisation codes and none where id and secret are sent', async () => {
    const platform = await openPlatform(() => ok)
    platform.tokenReply = undefined
    const { client: app } = await openClient(platform.url)
    const raw = client(app)
    await raw.authen.v1.oidcAccessToken.create({ data: { grant_type: 'authorization_code', code: 'c' } })
    await raw.request({ method: 'POST', url: '/open-apis/auth/v3/app_ticket/resend', data: { app_id: 'x' } })
    expect(platform.calls[0]?.headers.authorization).toMatch(/^Bearer a-/)
    expect(platform.calls[1]?.headers.authorization).toBeUndefined()
  })

  it('gives its token to no other host, and lets no id lead to another API', async () => {
    const platform = await openPlatform(() => ok)
    const { client: app } = await openClient(platform.url)
    const away = client(app).request({ method: 'GET', url: 'http://127.0.0.1:1/open-apis/x' })
    expect(await errorOf(away)).toMatchObject({ code: 'API_REQUEST_INVALID' })
    const up = client(app).im.v1.message.get({ path: { message_id: '../chats' } })
    expect(await errorOf(up)).toMatchObject({ code: 'API_REQUEST_INVALID' })
    expect(platform.calls.length + platform.tokens.length).toBe(0)
  })

  it('keeps ranges of cells and ids as the SDK filled them in', async () => {
    const platform = await openPlatform(() => ok)
    const { client: app } = await openClient(platform.url)
    await client(app).request({ method: 'GET', url: '/open-apis/sheets/v2/spreadsheets/sht1/values/Q1!A1:B2' })
    expect(platform.calls[0]?.url).toBe('/open-apis/sheets/v2/spreadsheets/sht1/values/Q1!A1:B2')
  })

  it('refuses what is no app of a bot', async () => {
    expect(() => client({ appId: 'cli_1' } as never)).toThrow(expect.objectContaining({ code: 'API_REQUEST_INVALID' }))
  })
})
