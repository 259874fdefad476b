import { Aily, Client, DefaultCache, withTenantToken, withUserAccessToken } from '@larksuiteoapi/node-sdk'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from './start-sandbox.ts'
import { apiClient, firstApp, openIdOf, openSandbox, silent, tenantToken, userToken } from './testing/open-sandbox.ts'

const tokenApi = 'POST /open-apis/auth/v3/tenant_access_token/internal'

let sandbox: Sandbox
let client: Client

beforeEach(async () => {
  sandbox = await openSandbox()
  client = apiClient(sandbox)
})

async function documentOf(type: string): Promise<string> {
  return (await sandbox.documents()).find((document) => document.type === type)?.token ?? ''
}

async function bytesOf(file: { getReadableStream(): AsyncIterable<Uint8Array> }): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of file.getReadableStream()) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** A code as signing in gives it. */
async function codeOf(user: string, scope: string): Promise<string> {
  const redirect_uri = 'http://localhost/callback'
  const query = new URLSearchParams({ client_id: client.appId, response_type: 'code', redirect_uri, scope })
  const url = `${sandbox.url}/open-apis/authen/v1/authorize?${query}`
  const { redirectUrl } = await sandbox.authorize({ user, url })
  return new URL(redirectUrl).searchParams.get('code') ?? ''
}

describe("the official node SDK's client on the sandbox", () => {
  it('fetches one token and keeps it', async () => {
    for (let asked = 0; asked < 3; asked += 1) await client.im.v1.chat.list()
    expect(await sandbox.calls({ api: tokenApi })).toHaveLength(1)
  })

  it('keeps tokens in the cache of the SDK until three minutes before their end', async () => {
    await sandbox.configure({ tokenLifetimeSeconds: 170 })
    const { appId, appSecret } = firstApp(sandbox)
    const cache = new DefaultCache()
    const cached = new Client({ appId, appSecret, domain: sandbox.url, logger: silent, cache })
    for (let asked = 0; asked < 2; asked += 1) await cached.im.v1.chat.list()
    expect(await sandbox.calls({ api: tokenApi })).toHaveLength(2)
  })

  it('takes the token that it is given', async () => {
    const { appId, appSecret } = firstApp(sandbox)
    const options = { appId, appSecret, domain: sandbox.url, logger: silent, disableTokenCache: true }
    const listed = await new Client(options).im.v1.chat.list({}, withTenantToken(await tenantToken(sandbox)))
    expect(listed).toMatchObject({ code: 0 })
  })

  it('hears of refusals as the platform words them', async () => {
    const refused = client.im.v1.message.get({ path: { message_id: `om_${'0'.repeat(32)}` } })
    await expect(refused).rejects.toMatchObject({
      response: { status: 400, data: { code: expect.any(Number), error: { log_id: expect.any(String) } } },
    })
    await sandbox.voidTokens()
    const voided = client.im.v1.chat.list()
    await expect(voided).rejects.toMatchObject({ response: { data: { code: 99991663 } } })
  })

  it('uploads files and images and downloads them again', async () => {
    const file = await client.im.v1.file.create({
      data: { file_type: 'stream', file_name: '合同.txt', file: Buffer.from('terms') },
    })
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: openIdOf(sandbox, 'alice'), msg_type: 'file', content: JSON.stringify(file) },
    })
    const path = { message_id: sent.data?.message_id ?? '', file_key: file?.file_key ?? '' }
    expect(await bytesOf(await client.im.v1.messageResource.get({ path, params: { type: 'file' } }))).toBe('terms')
    const gif = Buffer.from('GIF89a\u0001\u0000\u0001\u0000', 'latin1')
    const image = await client.im.v1.image.create({ data: { image_type: 'message', image: gif } })
    const got = await client.im.v1.image.get({ path: { image_key: image?.image_key ?? '' } })
    expect(await bytesOf(got)).toBe(gif.toString())
  })

  it('walks through pages', async () => {
    const data = { receive_id: openIdOf(sandbox, 'alice'), msg_type: 'text', content: '{"text":"one of five"}' }
    let container_id = ''
    for (let sent = 0; sent < 5; sent += 1) {
      const answer = await client.im.v1.message.create({ params: { receive_id_type: 'open_id' }, data })
      container_id = answer.data?.chat_id ?? ''
    }
    const pages: number[] = []
    const params = { container_id_type: 'chat', container_id, page_size: 2 }
    for await (const page of await client.im.v1.message.listWithIterator({ params }))
      pages.push(page?.items?.length ?? 0)
    expect(pages).toEqual([2, 2, 1])
  })

  it('acts as a person with a user access token', async () => {
    const token = await userToken(sandbox, 'alice')
    const info = await client.authen.v1.userInfo.get({}, withUserAccessToken(token))
    expect(info.data).toMatchObject({ user_id: 'alice', open_id: openIdOf(sandbox, 'alice') })
  })

  it('signs people in and stays signed in', async () => {
    const { appId, appSecret } = firstApp(sandbox)
    const options = { appId, appSecret, domain: sandbox.url, oauthBaseUrl: sandbox.url, logger: silent }
    const { accessToken } = new Client(options)
    const redirectUri = 'http://localhost/callback'
    const code = await codeOf('alice', 'offline_access')
    const strict = accessToken.retrieveByAuthorizationCode({ code, redirectUri, codeVerifier: 'v'.repeat(43) })
    await expect(strict).rejects.toMatchObject({ code: 20049, error: 'invalid_grant' })
    const signedIn = await accessToken.retrieveByAuthorizationCode({ code, redirectUri })
    const renewed = await accessToken.refresh({ refreshToken: signedIn.refreshToken ?? '' })
    const info = await client.authen.v1.userInfo.get({}, withUserAccessToken(renewed.accessToken))
    expect(info.data?.user_id).toBe('alice')
  })

  it('keeps sign-ins by the older endpoints', async () => {
    await client.userAccessToken.initWithCode({ alice: await codeOf('alice', 'offline_access') })
    const token = (await client.userAccessToken.get('alice')) ?? ''
    const info = await client.authen.v1.userInfo.get({}, withUserAccessToken(token))
    expect(info.data?.user_id).toBe('alice')
  })

  it('handles card entities', async () => {
    const body = { elements: [{ tag: 'markdown', element_id: 'words', content: '' }] }
    const card = { schema: '2.0', config: { streaming_mode: true }, body }
    const made = await client.cardkit.v1.card.create({ data: { type: 'card_json', data: JSON.stringify(card) } })
    const card_id = made.data?.card_id ?? ''
    const path = { card_id, element_id: 'words' }
    const content = { content: 'written', sequence: 1 }
    expect(await client.cardkit.v1.cardElement.content({ path, data: content })).toMatchObject({ code: 0 })
    const data = { settings: JSON.stringify({ config: { streaming_mode: false } }), sequence: 2 }
    expect(await client.cardkit.v1.card.settings({ path: { card_id }, data })).toMatchObject({ code: 0 })
  })

  it('reads and writes Bitable', async () => {
    const app_token = await documentOf('bitable')
    const tables = await client.bitable.v1.appTable.list({ path: { app_token } })
    const table_id = tables.data?.items?.[0]?.table_id ?? ''
    const path = { app_token, table_id }
    const fields = await client.bitable.v1.appTableField.list({ path })
    const name = fields.data?.items?.[0]?.field_name ?? ''
    const made = await client.bitable.v1.appTableRecord.create({ path, data: { fields: { [name]: '新客户' } } })
    const record_ids = [made.data?.record?.record_id ?? '']
    const read = await client.bitable.v1.appTableRecord.batchGet({ path, data: { record_ids } })
    expect(read.data?.records).toHaveLength(1)
    const found: unknown[] = []
    const filter = {
      conjunction: 'and' as const,
      conditions: [{ field_name: name, operator: 'is' as const, value: ['新客户'] }],
    }
    const search = { path, params: { page_size: 1 }, data: { filter } }
    for await (const page of await client.bitable.v1.appTableRecord.searchWithIterator(search))
      found.push(...(page?.items ?? []))
    expect(found).toHaveLength(1)
  })

  it('reads and writes sheets, old and new', async () => {
    const spreadsheet_token = await documentOf('sheet')
    const sheets = await client.sheets.v3.spreadsheetSheet.query({ path: { spreadsheet_token } })
    const range = `${sheets.data?.sheets?.[0]?.sheet_id}!J1:K1`
    const url = `/open-apis/sheets/v2/spreadsheets/${spreadsheet_token}/values`
    await client.request({ method: 'PUT', url, data: { valueRange: { range, values: [['a', 7]] } } })
    const read = await client.request({ method: 'GET', url: `${url}/${range}` })
    expect(read.data.valueRange.values).toEqual([['a', 7]])
  })

  it('reads and writes documents', async () => {
    const made = await client.docx.v1.document.create({ data: { title: 'Minutes' } })
    const document_id = made.data?.document?.document_id ?? ''
    const path = { document_id, block_id: document_id }
    const children = [{ block_type: 2, text: { elements: [{ text_run: { content: 'we met' } }] } }]
    await client.docx.v1.documentBlockChildren.create({ path, data: { children, index: 0 } })
    const raw = await client.docx.v1.document.rawContent({ path: { document_id } })
    expect(raw.data?.content).toContain('we met')
    const types: unknown[] = []
    for await (const page of await client.docx.v1.documentBlock.listWithIterator({ path: { document_id } }))
      types.push(...(page?.items ?? []).map(({ block_type }) => block_type))
    expect(types).toEqual([1, 2])
  })

  it('keeps files in folders, whole and in parts, and gives them back', async () => {
    const made = await client.drive.v1.file.createFolder({ data: { name: 'contracts', folder_token: '' } })
    const parent_node = made.data?.token ?? ''
    const file = Buffer.from('terms')
    const whole = { file_name: 'a.txt', parent_type: 'explorer' as const, parent_node, size: file.length, file }
    const uploaded = await client.drive.v1.file.uploadAll({ data: whole })
    const file_token = uploaded?.file_token ?? ''
    expect(await bytesOf(await client.drive.v1.file.download({ path: { file_token } }))).toBe('terms')
    const { file: _, ...described } = { ...whole, file_name: 'b.txt' }
    const { data: prepared } = await client.drive.v1.file.uploadPrepare({ data: described })
    const upload_id = prepared?.upload_id ?? ''
    await client.drive.v1.file.uploadPart({ data: { upload_id, seq: 0, size: file.length, file } })
    await client.drive.v1.file.uploadFinish({ data: { upload_id, block_num: 1 } })
    const names: unknown[] = []
    const params = { folder_token: parent_node }
    for await (const page of await client.drive.v1.file.listWithIterator({ params }))
      names.push(...(page?.files ?? []).map(({ name }) => name))
    expect(names.sort()).toEqual(['a.txt', 'b.txt'])
    const member = { member_type: 'openid' as const, member_id: openIdOf(sandbox, 'tomas'), perm: 'view' as const }
    const shared = await client.drive.v1.permissionMember.create({
      ...{ path: { token: file_token }, params: { type: 'file' }, data: member },
    })
    expect(shared).toMatchObject({ code: 0, data: { member: { perm: 'view' } } })
  })

  it('finds its way in wikis', async () => {
    const spaces = await client.wiki.v2.space.list()
    const space_id = spaces.data?.items?.[0]?.space_id ?? ''
    const made = await client.wiki.v2.spaceNode.create({
      ...{ path: { space_id }, data: { obj_type: 'docx', node_type: 'origin', title: 'How we work' } },
    })
    const token = made.data?.node?.node_token ?? ''
    const found = await client.wiki.v2.space.getNode({ params: { token } })
    expect(found.data?.node).toMatchObject({ space_id, title: 'How we work', obj_type: 'docx' })
  })

  it('searches in the name of a person', async () => {
    const { messageId } = await sandbox.say({ user: 'alice', text: 'the quarterly larkspur report' })
    const signedIn = withUserAccessToken(await userToken(sandbox, 'alice'))
    const found = await client.search.v2.message.create({ data: { query: 'quarterly larkspur' } }, signedIn)
    expect(found.data?.items).toEqual([messageId])
  })

  it('subscribes to a document', async () => {
    const path = { file_token: await documentOf('bitable') }
    const params = { file_type: 'bitable' as const }
    await client.drive.v1.file.subscribe({ path, params })
    expect(await client.drive.v1.file.getSubscribe({ path, params })).toMatchObject({ data: { is_subscribe: true } })
  })

  it('asks about the app', async () => {
    const app = await client.application.v6.application.get({
      path: { app_id: client.appId },
      params: { lang: 'en_us' },
    })
    expect(app.data?.app?.app_id).toBe(client.appId)
    const scopes = await client.application.v6.scope.list()
    expect(scopes.data?.scopes?.length).toBeGreaterThan(0)
  })

  it('asks Aily', async () => {
    await sandbox.answerAily({ contains: 'weather', text: 'sunny', afterMs: 0 })
    const { completions } = new Aily({ client })
    const answer = await completions.create({ ailyAppId: 'spring_449d72db2f__c', message: 'the weather?' })
    expect(answer).toMatchObject({ content: 'sunny', status: 'COMPLETED' })
  })
})
