import { Client } from '@larksuiteoapi/node-sdk'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { firstApp, openSandbox, request, silent, tenantToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let groupId: string

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2 })
  token = await tenantToken(sandbox)
  groupId = (await sandbox.chats()).find((chat) => chat.name === 'All hands')?.chatId ?? ''
})

/** The head of a PNG of that size; nothing more is looked at. */
function png(width = 1, height = 1): Buffer {
  const bytes = Buffer.alloc(32)
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

async function post(path: string, fields: Record<string, string | Uint8Array>, as = token) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([new Uint8Array(value)]), 'upload.bin')
  }
  const headers = { authorization: `Bearer ${as}` }
  const response = await fetch(`${sandbox.url}/open-apis/im/v1/${path}`, { method: 'POST', headers, body: form })
  return (await response.json()) as { code: number; data: Record<string, string> }
}

const image = (bytes: Uint8Array, image_type = 'message') => post('images', { image_type, image: bytes })
const file = (file_type: string, bytes: Uint8Array = Buffer.from('x'), more = {}) =>
  post('files', { file_type, file_name: '报告.pdf', file: bytes, ...more })

async function get(path: string, as = token) {
  return fetch(`${sandbox.url}/open-apis/im/v1/${path}`, { headers: { authorization: `Bearer ${as}` } })
}

async function send(msg_type: string, content: unknown) {
  const body = { receive_id: groupId, msg_type, content: JSON.stringify(content) }
  return (await request(sandbox, 'POST', '/open-apis/im/v1/messages?receive_id_type=chat_id', { token, body })).body
}

describe('uploads', () => {
  it('come from the official node SDK, are sent in messages and read back', async () => {
    const { appId, appSecret } = firstApp(sandbox)
    const client = new Client({ appId, appSecret, domain: sandbox.url, logger: silent, disableTokenCache: true })
    const tenant = { headers: { authorization: `Bearer ${token}` } }
    const made = await client.im.v1.image.create({ data: { image_type: 'message', image: png() } }, tenant)
    const sent = await send('image', { image_key: made?.image_key })
    expect(JSON.parse(sent.data.body.content)).toEqual({ image_key: made?.image_key })
    const response = await get(`images/${made?.image_key}`)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png())
    expect(await sandbox.download({ key: made?.image_key ?? '' })).toMatchObject({ kind: 'image' })
  })

  it('keep name, type and duration, which messages show', async () => {
    const pdf = (await file('pdf')).data.file_key
    const opus = (await file('opus', Buffer.from('x'), { duration: '3000' })).data.file_key
    const mp4 = (await file('mp4', Buffer.from('x'), { duration: '500' })).data.file_key
    const content = async (type: string, key: string | undefined) =>
      JSON.parse((await send(type, { file_key: key })).data.body.content)
    expect(await content('file', pdf)).toEqual({ file_key: pdf, file_name: '报告.pdf' })
    expect(await content('audio', opus)).toEqual({ file_key: opus, duration: 3000 })
    expect(await content('media', mp4)).toMatchObject({ file_key: mp4, file_name: '报告.pdf', duration: 500 })
    expect((await send('audio', { file_key: pdf })).code).toBe(230055)
    expect((await send('image', { image_key: pdf })).code).toBe(230017)
  })

  it('are refused with the documented codes', async () => {
    expect((await image(Buffer.alloc(0))).code).toBe(234010)
    expect((await image(Buffer.from('no image'))).code).toBe(234011)
    expect((await image(png(12_001, 1))).code).toBe(234039)
    expect((await image(png(5000, 1), 'avatar')).code).toBe(234039)
    expect((await image(png(), 'poster')).code).toBe(234001)
    expect((await post('images', { image_type: 'message' })).code).toBe(234001)
    expect((await image(Buffer.concat([png(), Buffer.alloc(10 * 1024 * 1024)]))).code).toBe(234006)
    expect((await file('exe')).code).toBe(234001)
    expect((await file('opus', Buffer.from('x'), { duration: 'long' })).code).toBe(234001)
    const broken = await request(sandbox, 'POST', '/open-apis/im/v1/images', {
      token,
      body: '{"image_type":"message"}',
    })
    expect(broken.body.code).toBe(234001)
    expect((await get('images/img_1')).status).toBe(400)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=x' }
    for (const body of ['', 'nonsense', '--x\r\nno head\r\n--x--', '--x\r\nhalf']) {
      const init = { method: 'POST', headers, body }
      expect(await (await fetch(`${sandbox.url}/open-apis/im/v1/images`, init)).json()).toMatchObject({ code: 9499 })
    }
  })

  it('belong to the app that made them', async () => {
    const other = await tenantToken(sandbox, sandbox.apps[1])
    const { image_key } = (await image(png())).data
    expect(await (await get(`images/${image_key}`, other)).json()).toMatchObject({ code: 234008 })
    const foreign = (await post('images', { image_type: 'message', image: png() }, other)).data.image_key
    expect((await send('image', { image_key: foreign })).code).toBe(230017)
  })

  it('are forgotten past the retention, the oldest first', async () => {
    const small = await openSandbox({ retention: { resourceBytes: 100 } })
    const data = Buffer.alloc(60).toString('base64')
    const first = await small.upload({ kind: 'file', data })
    const second = await small.upload({ kind: 'file', data })
    await expect(small.download(first)).rejects.toThrow('Nothing was uploaded')
    expect((await small.download(second)).data).toBe(data)
    await expect(small.upload({ kind: 'song' as never, data })).rejects.toThrow('"song"')
  })
})

describe('resources of messages', () => {
  it('are downloaded through the message that holds them', async () => {
    const { key } = await sandbox.upload({ kind: 'image', data: png().toString('base64') })
    const said = await sandbox.say({ user: 'alice', to: groupId, messageType: 'image', content: { image_key: key } })
    const path = (messageId: string, type: string) => `messages/${messageId}/resources/${key}?type=${type}`
    expect(Buffer.from(await (await get(path(said.messageId, 'image'))).arrayBuffer())).toEqual(png())
    const code = async (response: Promise<Response>) => ((await (await response).json()) as { code: number }).code
    expect(await code(get(path(said.messageId, 'file')))).toBe(234003)
    expect(await code(get(`images/${key}`))).toBe(234008)
    expect(await code(get(path(said.messageId, 'image'), await tenantToken(sandbox, sandbox.apps[1])))).toBe(234004)
    const text = await sandbox.say({ user: 'alice', to: groupId, text: 'hi' })
    expect(await code(get(path(text.messageId, 'image')))).toBe(234003)
    const card = await send('interactive', { elements: [{ tag: 'img', img_key: key }] })
    expect(await code(get(path(card.data.message_id, 'image')))).toBe(234043)
    await sandbox.recall({ user: 'alice', messageId: said.messageId })
    expect(await code(get(path(said.messageId, 'image')))).toBe(230110)
  })
})

describe('stickers', () => {
  it('of users are sent again by bots that received them, and cannot be downloaded', async () => {
    const { key } = await sandbox.upload({ kind: 'image', data: png().toString('base64') })
    expect((await send('sticker', { file_key: key })).code).toBe(230017)
    const content = { file_key: key }
    const said = await sandbox.say({ user: 'alice', to: groupId, messageType: 'sticker', content })
    const sent = await send('sticker', content)
    expect(sent.data).toMatchObject({ msg_type: 'sticker', body: { content: JSON.stringify(content) } })
    expect((await send('sticker', {})).code).toBe(230001)
    const resource = await get(`messages/${said.messageId}/resources/${key}?type=image`)
    expect(await resource.json()).toMatchObject({ code: 234043 })
  })

  it('that only another bot received stay unknown', async () => {
    const other = sandbox.apps[1]?.appId ?? ''
    const content = { file_key: 'file_v3_sticker' }
    await sandbox.say({ user: 'alice', to: { appId: other }, messageType: 'sticker', content })
    expect((await send('sticker', content)).code).toBe(230017)
  })
})
