import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import {
  type Answer,
  apiClient,
  openIdOf,
  openSandbox,
  request,
  tenantToken,
  userToken,
} from '../testing/open-sandbox.ts'
import { adler32 } from './uploads.ts'

let sandbox: Sandbox
let token: string

async function call(method: string, path: string, body?: unknown, by = token) {
  const answer = await request(sandbox, method, `/open-apis${path}`, { token: by, body })
  return { ...answer.body, status: answer.status }
}

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2 })
  token = await tenantToken(sandbox)
})

async function upload(
  path: string,
  fields: Record<string, string>,
  bytes: Uint8Array<ArrayBuffer>,
  by = token,
): Promise<Answer['body']> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('file', new Blob([bytes]), 'file')
  const url = `${sandbox.url}/open-apis/drive/v1/${path}`
  return (await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${by}` }, body: form })).json()
}

const folder = async (name: string, parent = '') => {
  return (await call('POST', '/drive/v1/files/create_folder', { name, folder_token: parent })).data.token
}

const names = async (parent = '', by = token) => {
  const { data } = await call(
    'GET',
    `/drive/v1/files?folder_token=${parent}&order_by=CreatedTime&direction=ASC`,
    undefined,
    by,
  )
  return data.files.map(({ name }: { name: string }) => name)
}

const docx = async (title: string, folder_token = '') => {
  return (await call('POST', '/docx/v1/documents', { title, folder_token })).data.document.document_id
}

describe('folders', () => {
  it('hold what their owner puts there, seen by nobody else', async () => {
    const root = (await call('GET', '/drive/explorer/v2/root_folder/meta')).data
    const plans = await folder('Plans')
    await docx('One', plans)
    await folder('Old', plans)
    expect([await names(), await names(plans)]).toEqual([['Plans'], ['One', 'Old']])
    expect((await call('GET', `/drive/explorer/v2/folder/${plans}/meta`)).data).toMatchObject({
      name: 'Plans',
      token: plans,
      parentId: root.id,
    })
    const page = (await call('GET', `/drive/v1/files?folder_token=${plans}&page_size=1`)).data
    expect([page.files.length, page.has_more]).toEqual([1, true])
    const next = `/drive/v1/files?folder_token=${plans}&page_size=1&page_token=${page.next_page_token}`
    expect((await call('GET', next)).data).toMatchObject({ has_more: false })
    const alice = await userToken(sandbox, 'alice')
    expect(await call('GET', `/drive/v1/files?folder_token=${plans}`, undefined, alice)).toMatchObject({
      status: 403,
      code: 1061004,
    })
    expect(await names('', alice)).toEqual(['Product'])
    expect((await call('GET', '/drive/v1/files?page_size=201')).code).toBe(1064001)
    expect((await call('GET', '/drive/v1/files?folder_token=fldcnX')).status).toBe(404)
    expect((await call('POST', '/drive/v1/files/create_folder', { name: 'é'.repeat(129) })).code).toBe(1061002)
  })

  it('are moved and deleted with all that lies in them, which takes a while', async () => {
    const [a, b] = [await folder('A'), await folder('B')]
    const document = await docx('Inside', a)
    const { task_id } = (await call('POST', `/drive/v1/files/${a}/move`, { type: 'folder', folder_token: b })).data
    expect((await call('GET', `/drive/v1/files/task_check?task_id=${task_id}`)).data.status).toBe('process')
    await sandbox.setClock({ advanceMs: 1001 })
    await expect
      .poll(async () => (await call('GET', `/drive/v1/files/task_check?task_id=${task_id}`)).data.status)
      .toBe('success')
    expect([await names(), await names(b)]).toEqual([['B'], ['A']])
    expect((await call('POST', `/drive/v1/files/${b}/move`, { type: 'folder', folder_token: a })).code).toBe(1061002)
    expect((await call('DELETE', `/drive/v1/files/${b}?type=folder`)).data.task_id).toEqual(expect.any(String))
    expect(await call('GET', `/docx/v1/documents/${document}`)).toMatchObject({ status: 400, code: 1770003 })
    expect((await call('GET', `/drive/v1/files?folder_token=${a}`)).code).toBe(1061007)
    expect((await call('GET', '/drive/v1/files/task_check?task_id=1')).code).toBe(1061003)
  })

  it('get copies and shortcuts of documents, tables too', async () => {
    const to = await folder('Copies')
    const seeded = await sandbox.documents()
    const tokenOf = (type: string) => seeded.find((document) => document.type === type)?.token ?? ''
    for (const type of ['bitable', 'sheet']) {
      const copied = await call('POST', `/drive/v1/files/${tokenOf(type)}/copy`, { name: type, type, folder_token: to })
      expect(copied.data.file).toMatchObject({ name: type, type, parent_token: to })
    }
    const source = await docx('Source')
    await call('POST', `/docx/v1/documents/${source}/blocks/${source}/children`, {
      children: [{ block_type: 2, text: { elements: [{ text_run: { content: 'text' } }] } }],
    })
    const copy = (
      await call('POST', `/drive/v1/files/${source}/copy`, { name: 'Copy', type: 'docx', folder_token: to })
    ).data.file.token
    expect((await call('GET', `/docx/v1/documents/${copy}/raw_content`)).data.content).toBe('Copy\ntext\n')
    const refer_entity = { refer_token: source, refer_type: 'docx' }
    const shortcut = await call('POST', '/drive/v1/files/create_shortcut', { parent_token: to, refer_entity })
    expect(shortcut.data.succ_shortcut_node).toMatchObject({
      type: 'shortcut',
      shortcut_info: { target_type: 'docx', target_token: source },
    })
    expect(await names(to)).toEqual(['bitable', 'sheet', 'Copy', 'Source'])
    expect((await call('POST', `/drive/v1/files/${to}/copy`, { name: 'x', folder_token: '' })).code).toBe(1061002)
  })

  it('hold bases and spreadsheets that are made in them', async () => {
    const to = await folder('Tables')
    await call('POST', '/bitable/v1/apps', { name: 'Base', folder_token: to })
    await call('POST', '/sheets/v3/spreadsheets', { title: 'Sheet', folder_token: to })
    await call('POST', '/bitable/v1/apps', { name: 'Loose' })
    expect(await names(to)).toEqual(['Base', 'Sheet'])
    expect(await names()).toEqual(['Tables', 'Loose'])
    expect((await call('POST', '/bitable/v1/apps', { name: 'x', folder_token: 'fldcnX' })).code).toBe(1254702)
    expect((await call('POST', '/sheets/v3/spreadsheets', { title: 'x', folder_token: 'fldcnX' })).code).toBe(1310204)
    const policies = (await sandbox.documents()).find(({ name }) => name.includes('Policies'))?.token
    expect((await call('POST', '/bitable/v1/apps', { name: 'x', folder_token: policies })).code).toBe(1254701)
    expect((await call('POST', '/sheets/v3/spreadsheets', { title: 'x', folder_token: policies })).code).toBe(1310213)
  })

  it('tell what is known of documents, and why of others nothing is', async () => {
    const mine = await docx('Mine')
    const secret = (await sandbox.documents()).find(({ name }) => name.startsWith('薪酬'))?.token ?? ''
    const request_docs = [
      { doc_token: mine, doc_type: 'docx' },
      { doc_token: mine, doc_type: 'sheet' },
      { doc_token: secret, doc_type: 'docx' },
      { doc_token: 'nothing', doc_type: 'docx' },
    ]
    const { data } = await call('POST', '/drive/v1/metas/batch_query', { request_docs, with_url: true })
    expect(data.metas).toEqual([
      expect.objectContaining({ title: 'Mine', url: `https://larkspur.example/docx/${mine}` }),
    ])
    expect(data.failed_list.map(({ code }: { code: number }) => code)).toEqual([970002, 970003, 970005])
    expect((await call('DELETE', `/drive/v1/files/${secret}?type=docx`)).code).toBe(1061004)
  })
})

describe('uploads', () => {
  const bytes = new Uint8Array(Buffer.from('hello drive'))
  const place = { file_name: 'hello.txt', parent_type: 'explorer', parent_node: '', size: String(bytes.length) }

  it('come at once, checked, and are downloaded again', async () => {
    const { data } = await upload('files/upload_all', { ...place, checksum: String(adler32(bytes)) }, bytes)
    expect(
      (await request(sandbox, 'GET', `/open-apis/drive/v1/files/${data.file_token}/download`, { token })).body,
    ).toBe('hello drive')
    expect(await names()).toEqual(['hello.txt'])
    const part = { token, headers: { range: 'bytes=6-' } }
    const path = `/open-apis/drive/v1/files/${data.file_token}/download`
    const { status, body, headers } = await request(sandbox, 'GET', path, part)
    expect([status, body, headers.get('content-range')]).toEqual([206, 'drive', 'bytes 6-10/11'])
    expect((await request(sandbox, 'GET', path, { token, headers: { range: 'bytes=11-' } })).status).toBe(416)
    expect((await upload('files/upload_all', { ...place, checksum: '1' }, bytes)).code).toBe(1062008)
    expect((await upload('files/upload_all', { ...place, size: '1' }, bytes)).code).toBe(1062009)
    expect((await upload('files/upload_all', { ...place, parent_node: 'no' }, bytes)).code).toBe(1061044)
    expect((await upload('files/upload_all', { ...place, size: '30000000' }, bytes)).code).toBe(1061043)
    expect((await upload('files/upload_all', { ...place, parent_type: 'x' }, bytes)).code).toBe(1061002)
    const alice = await userToken(sandbox, 'alice')
    expect((await call('GET', `/drive/v1/files/${data.file_token}/download`, undefined, alice)).code).toBe(1061004)
  })

  it('come in parts of 4 MB', async () => {
    const whole = new Uint8Array(4_194_304 + 10).fill(7)
    const prepare = { ...place, size: whole.length }
    const { upload_id, block_num } = (await call('POST', '/drive/v1/files/upload_prepare', prepare)).data
    expect(block_num).toBe(2)
    const part = (seq: number, content: Uint8Array<ArrayBuffer>, by = token) => {
      return upload('files/upload_part', { upload_id, seq: String(seq), size: String(content.length) }, content, by)
    }
    const finish = () => call('POST', '/drive/v1/files/upload_finish', { upload_id, block_num: 2 })
    expect((await part(1, whole.slice(4_194_304))).code).toBe(0)
    expect((await part(2, whole.slice(4_194_304))).code).toBe(1062011)
    expect((await part(0, whole.slice(4_194_304))).code).toBe(1062009)
    expect((await finish()).code).toBe(1062010)
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect((await part(0, whole.slice(0, 4_194_304), other)).code).toBe(1062007)
    expect((await part(0, whole.slice(0, 4_194_304))).code).toBe(0)
    const { file_token } = (await finish()).data
    const { headers } = await request(sandbox, 'GET', `/open-apis/drive/v1/files/${file_token}/download`, { token })
    expect(headers.get('content-length') ?? String(whole.length)).toBe(String(whole.length))
    expect((await finish()).code).toBe(1061021)
  })

  it('become pictures of documents, and are reached by URL for a while', async () => {
    const document = await docx('Pictures')
    const root = `/docx/v1/documents/${document}/blocks`
    const children = [{ block_type: 27, image: {} }]
    const [image] = (await call('POST', `${root}/${document}/children`, { children })).data.children
    const media = { file_name: 'a.png', parent_type: 'docx_image', parent_node: image.block_id, size: place.size }
    const { file_token } = (await upload('medias/upload_all', media, bytes)).data
    const set = await call('PATCH', `${root}/${image.block_id}`, { replace_image: { token: file_token } })
    expect(set.data.block.image.token).toBe(file_token)
    expect((await upload('medias/upload_all', { ...media, parent_node: 'x' }, bytes)).code).toBe(1061044)
    const urls = `/drive/v1/medias/batch_get_tmp_download_url?file_tokens=${file_token}`
    const { tmp_download_url } = (await call('GET', urls)).data.tmp_download_urls[0]
    expect(await (await fetch(tmp_download_url)).text()).toBe('hello drive')
    await sandbox.setClock({ advanceMs: 25 * 60 * 60_000 })
    expect(await (await fetch(tmp_download_url)).json()).toMatchObject({ code: 1061003 })
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect((await call('GET', `/drive/v1/medias/${file_token}/download`, undefined, other)).code).toBe(1061004)
  })
})

describe('retention', () => {
  it('forgets the oldest uploads past its bytes', async () => {
    sandbox = await openSandbox({ retention: { resourceBytes: 15 } })
    token = await tenantToken(sandbox)
    const place = { file_name: 'x', parent_type: 'explorer', parent_node: '', size: '10' }
    const [first, second] = [1, 2].map((byte) => upload('files/upload_all', place, new Uint8Array(10).fill(byte)))
    const tokens = [(await first)?.data.file_token, (await second)?.data.file_token]
    const statuses = tokens.map(async (file) => (await call('GET', `/drive/v1/files/${file}/download`)).code)
    expect((await Promise.all(statuses)).filter((code) => code === 1061003)).toHaveLength(1)
    const prepare = await call('POST', '/drive/v1/files/upload_prepare', { ...place, size: 16 })
    expect(prepare.code).toBe(1061043)
  })
})

describe('permissions', () => {
  const path = (document: string, rest = '') => `/drive/v1/permissions/${document}/members${rest}?type=docx`

  it('are given, changed and taken away', async () => {
    const document = await docx('Shared')
    const alice = await userToken(sandbox, 'alice')
    const read = async () => (await call('GET', `/docx/v1/documents/${document}/blocks`, undefined, alice)).code
    const write = async () => {
      const children = [{ block_type: 22, divider: {} }]
      return (await call('POST', `/docx/v1/documents/${document}/blocks/${document}/children`, { children }, alice))
        .code
    }
    const member_id = openIdOf(sandbox, 'alice')
    const member = { member_type: 'openid', member_id, perm: 'view' }
    expect(await read()).toBe(1770032)
    expect((await call('POST', path(document), member)).data.member).toMatchObject({ ...member, type: 'user' })
    expect([await read(), await write()]).toEqual([0, 1770032])
    await call('PUT', path(document, `/${member_id}`), { member_type: 'openid', perm: 'edit' })
    expect(await write()).toBe(0)
    const { items } = (await call('GET', `${path(document)}&fields=name`)).data
    expect(items).toEqual([expect.objectContaining({ member_id, name: 'Alice Martin', perm: 'edit' })])
    const auth = async (action: string) => {
      return (await call('GET', `${path(document, '/auth')}&action=${action}`, undefined, alice)).data.auth_result
    }
    expect([await auth('edit'), await auth('manage_public')]).toEqual([true, false])
    const full = { member_type: 'userid', member_id: 'linmei', perm: 'full_access' }
    expect(await call('POST', path(document), full, alice)).toMatchObject({ status: 403, code: 1063004 })
    expect((await call('DELETE', `${path(document, `/${member_id}`)}&member_type=openid`)).code).toBe(0)
    expect(await read()).toBe(1770032)
  })

  it('go to chats, e-mail addresses and other bots, and to nobody else', async () => {
    const document = await docx('Shared')
    const [chat] = await sandbox.chats()
    const members = [
      { member_type: 'openchat', member_id: chat?.chatId, perm: 'view' },
      { member_type: 'email', member_id: 'wuxia@larkspur.example', perm: 'edit' },
    ]
    expect((await call('POST', path(document, '/batch_create'), { members })).data.members).toHaveLength(2)
    const zhangwei = await userToken(sandbox, 'zhangwei')
    expect((await call('GET', `/docx/v1/documents/${document}`, undefined, zhangwei)).code).toBe(0)
    const refused = async (member_type: string, member_id: string) => {
      return (await call('POST', path(document), { member_type, member_id, perm: 'view' })).code
    }
    expect(await refused('openid', 'ou_nobody')).toBe(1063001)
    expect(await refused('openchat', 'oc_nothing')).toBe(1063001)
    expect(await refused('groupid', 'x')).toBe(99991201)
    expect(await refused('carrier pigeon', 'x')).toBe(99992402)
    expect(await call('GET', path('nothing'))).toMatchObject({ status: 404, code: 1063005 })
  })

  it('follow links and owners', async () => {
    const document = await docx('Open')
    const settings = `/drive/v2/permissions/${document}/public?type=docx`
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect(await call('GET', settings, undefined, other)).toMatchObject({ status: 403, code: 1063002 })
    await call('PATCH', settings, { link_share_entity: 'tenant_readable' })
    expect((await call('GET', settings, undefined, other)).data.permission_public).toMatchObject({
      link_share_entity: 'tenant_readable',
      lock_switch: false,
    })
    expect((await call('PATCH', settings, { link_share_entity: 'closed' }, other)).code).toBe(1063002)
    expect((await call('PATCH', settings, { link_share_entity: 'anyone_readable' })).code).toBe(1063003)
    const password = `/drive/v1/permissions/${document}/public/password?type=docx`
    expect((await call('POST', password)).code).toBe(1063003)
    await call('PATCH', settings, { external_access_entity: 'open', link_share_entity: 'anyone_readable' })
    const first = (await call('POST', password)).data.password
    expect((await call('PUT', password)).data.password).not.toBe(first)
    expect((await call('DELETE', password)).code).toBe(0)
    const owner = { member_type: 'userid', member_id: 'alice' }
    expect((await call('POST', path(document, '/transfer_owner'), owner, other)).code).toBe(1063002)
    expect((await call('POST', `${path(document, '/transfer_owner')}&old_owner_perm=view`, owner)).code).toBe(0)
    expect((await call('POST', path(document, '/transfer_owner'), owner)).code).toBe(1063002)
    expect(await names('', await userToken(sandbox, 'alice'))).toContain('Open')
  })

  it('let a bot see what was shared with it and what the link opens, and nothing more', async () => {
    const open = async (name: string, by = token) => {
      const document = (await sandbox.documents()).find((known) => known.name.startsWith(name))?.token
      return (await call('GET', `/docx/v1/documents/${document}/raw_content`, undefined, by)).code
    }
    expect([await open('Roadmap'), await open('员工手册'), await open('薪酬')]).toEqual([0, 0, 1770032])
    const other = await tenantToken(sandbox, sandbox.apps[1])
    expect([await open('Roadmap', other), await open('员工手册', other)]).toEqual([1770032, 0])
  })
})

describe('the node SDK', () => {
  it('uploads, lists, shares and downloads', async () => {
    const client = apiClient(sandbox)
    const data = { file_name: 'a.bin', parent_type: 'explorer', parent_node: '', size: 3, file: Buffer.from([1, 2, 3]) }
    const root = await client.request({ url: '/open-apis/drive/explorer/v2/root_folder/meta', method: 'GET' })
    const uploaded = await client.drive.file.uploadAll({
      data: { ...data, parent_type: 'explorer', parent_node: root.data.token },
    })
    const file_token = uploaded?.file_token ?? ''
    expect((await client.drive.file.list({})).data?.files?.map(({ token: listed }) => listed)).toEqual([file_token])
    const shared = await client.drive.permissionMember.create({
      path: { token: file_token },
      params: { type: 'file' },
      data: { member_type: 'userid', member_id: 'alice', perm: 'view' },
    })
    expect(shared.data?.member?.perm).toBe('view')
    const download = await client.drive.file.download({ path: { file_token } })
    const parts: Buffer[] = []
    for await (const part of download.getReadableStream()) parts.push(part as Buffer)
    expect([...Buffer.concat(parts)]).toEqual([1, 2, 3])
  })
})
