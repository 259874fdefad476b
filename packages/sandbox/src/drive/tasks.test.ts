import { inflateRawSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { type Answer, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string

async function call(method: string, path: string, body?: unknown, by = token) {
  const answer = await request(sandbox, method, `/open-apis${path}`, { token: by, body })
  return { ...answer.body, status: answer.status }
}

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
})

const tokenOf = async (type: string, name = '') => {
  const found = (await sandbox.documents()).find((document) => document.type === type && document.name.includes(name))
  return found?.token ?? ''
}

async function exported(body: { token: string; type: string; file_extension: string; sub_id?: string }) {
  const { ticket } = (await call('POST', '/drive/v1/export_tasks', body)).data
  const path = `/drive/v1/export_tasks/${ticket}?token=${body.token}`
  expect((await call('GET', path)).data.result.job_status).toBe(2)
  await sandbox.setClock({ advanceMs: 1000 })
  await expect.poll(async () => (await call('GET', path)).data.result.job_status).toBe(0)
  const { result } = (await call('GET', path)).data
  const url = `${sandbox.url}/open-apis/drive/v1/export_tasks/file/${result.file_token}/download`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(bytes).toHaveLength(result.file_size)
  return { result, bytes }
}

/** The entries of a zip archive by name, read from its central directory. */
function unzipped(bytes: Buffer): Map<string, string> {
  const entries = new Map<string, string>()
  let at = bytes.readUInt32LE(bytes.length - 6)
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size, nameLength] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
    ]
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const start = bytes.readUInt32LE(at + 42) + 30 + nameLength
    const content = bytes.subarray(start, start + size)
    entries.set(name, (method === 0 ? content : inflateRawSync(content)).toString())
    at += 46 + nameLength
  }
  return entries
}

describe('exports', () => {
  it('make Word, PDF, Excel and CSV files, which can be downloaded for 10 minutes', async () => {
    const document = { token: await tokenOf('docx', 'Roadmap'), type: 'docx' }
    const word = await exported({ ...document, file_extension: 'docx' })
    expect(word.result).toMatchObject({ file_name: 'Roadmap 2026', file_extension: 'docx', type: 'docx' })
    expect(unzipped(word.bytes).get('word/document.xml')).toContain('Offline search')
    const { bytes: pdf } = await exported({ ...document, file_extension: 'pdf' })
    expect(pdf.toString('latin1')).toMatch(/^%PDF-1\.4\n.*\(Offline search\) Tj.*%%EOF\n$/s)
    const sheet = { token: await tokenOf('sheet'), type: 'sheet' }
    const excel = unzipped((await exported({ ...sheet, file_extension: 'xlsx' })).bytes)
    expect([...excel.keys()]).toContain('xl/worksheets/sheet2.xml')
    expect(excel.get('xl/worksheets/sheet1.xml')).toContain('Huang Min')
    const { sheets } = (await call('GET', `/sheets/v3/spreadsheets/${sheet.token}/sheets/query`)).data
    const csv = await exported({ ...sheet, file_extension: 'csv', sub_id: sheets[0].sheet_id })
    expect(csv.bytes.toString()).toContain('Huang Min,128000,141500,269500\r\n')
    const base = { token: await tokenOf('bitable'), type: 'bitable' }
    const { items } = (await call('GET', `/bitable/v1/apps/${base.token}/tables`)).data
    const table = await exported({ ...base, file_extension: 'csv', sub_id: items[0].table_id })
    expect(table.bytes.toString().split('\r\n').length).toBeGreaterThan(3)
    await sandbox.setClock({ advanceMs: 11 * 60_000 })
    const late = await call('GET', `/drive/v1/export_tasks/file/${csv.result.file_token}/download`)
    expect(late.code).toBe(1060001)
  })

  it('are refused for what does not fit, what is not there, and who may not', async () => {
    const roadmap = await tokenOf('docx', 'Roadmap')
    const refused = async (given: object, by = token) => {
      const body = { token: roadmap, type: 'docx', file_extension: 'pdf', ...given }
      const { status, code } = await call('POST', '/drive/v1/export_tasks', body, by)
      return [status, code]
    }
    expect(await refused({ file_extension: 'csv' })).toEqual([400, 1069918])
    expect(await refused({ token: 'nothing' })).toEqual([404, 1069914])
    expect(await refused({ token: await tokenOf('sheet'), type: 'sheet', file_extension: 'csv' })).toEqual([
      400, 1069904,
    ])
    expect(await refused({ token: await tokenOf('docx', '薪酬') })).toEqual([403, 1069902])
    expect(await refused({ type: 'film' })).toEqual([400, 99992402])
    expect((await call('GET', `/drive/v1/export_tasks/1?token=${roadmap}`)).code).toBe(1069904)
  })
})

describe('imports', () => {
  async function uploaded(name: string, content: string): Promise<string> {
    const bytes = Buffer.from(content)
    const form = new FormData()
    const fields = { file_name: name, parent_type: 'ccm_import_open', size: String(bytes.length), extra: '{}' }
    for (const [key, value] of Object.entries(fields)) form.set(key, value)
    form.set('file', new Blob([bytes]), name)
    const url = `${sandbox.url}/open-apis/drive/v1/medias/upload_all`
    const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form })
    return ((await answer.json()) as Answer['body']).data.file_token
  }

  async function imported(name: string, content: string, type: string) {
    const [file_extension] = name.split('.').slice(-1)
    const point = { mount_type: 1, mount_key: '' }
    const body = { file_extension, file_token: await uploaded(name, content), type, point }
    const { ticket } = (await call('POST', '/drive/v1/import_tasks', body)).data
    const status = async () => (await call('GET', `/drive/v1/import_tasks/${ticket}`)).data.result.job_status
    expect(await status()).toBe(2)
    await sandbox.setClock({ advanceMs: 1000 })
    await expect.poll(status).toBe(0)
    return (await call('GET', `/drive/v1/import_tasks/${ticket}`)).data.result
  }

  it('make documents, spreadsheets and bases', async () => {
    const document = await imported('notes.md', '# Head\n\ntext', 'docx')
    expect((await call('GET', `/docx/v1/documents/${document.token}/raw_content`)).data.content).toBe(
      'notes\nHead\ntext\n',
    )
    expect(document.url).toBe(`https://larkspur.example/docx/${document.token}`)
    const csv = 'name,remark\r\nAnna,"says ""hi"", twice"\r\nBo,\r\n'
    const sheet = await imported('people.csv', csv, 'sheet')
    const { sheets } = (await call('GET', `/sheets/v3/spreadsheets/${sheet.token}/sheets/query`)).data
    const range = `/sheets/v2/spreadsheets/${sheet.token}/values/${sheets[0].sheet_id}!A1:B2`
    expect((await call('GET', range)).data.valueRange.values[1]).toEqual(['Anna', 'says "hi", twice'])
    const base = await imported('people.csv', csv, 'bitable')
    const { items } = (await call('GET', `/bitable/v1/apps/${base.token}/tables`)).data
    const records = `/bitable/v1/apps/${base.token}/tables/${items[0].table_id}/records/search`
    expect((await call('POST', records, {})).data.total).toBe(2)
    const { files } = (await call('GET', '/drive/v1/files')).data
    expect(files.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`).toSorted()).toEqual([
      'notes docx',
      'people bitable',
      'people sheet',
    ])
  })

  it('are refused for files that are unknown, old, of another kind or another uploader, and folders that are not there', async () => {
    const file_token = await uploaded('a.md', 'x')
    const create = async (given: object, by = token) => {
      const point = { mount_type: 1, mount_key: '' }
      const body = { file_extension: 'md', file_token, type: 'docx', point, ...given }
      const { status, code } = await call('POST', '/drive/v1/import_tasks', body, by)
      return [status, code]
    }
    expect(await create({ file_token: 'nothing' })).toEqual([404, 1069907])
    expect(await create({ type: 'sheet' })).toEqual([400, 1069911])
    expect(await create({ file_extension: 'txt' })).toEqual([400, 1069910])
    expect(await create({ point: { mount_type: 1, mount_key: 'fldcn' } })).toEqual([400, 1069912])
    const policies = await tokenOf('folder', 'Policies')
    expect(await create({ point: { mount_type: 1, mount_key: policies } })).toEqual([403, 1069908])
    expect(await create({}, await userToken(sandbox, 'alice'))).toEqual([403, 1069902])
    const word = await uploaded('a.docx', 'x')
    expect(await create({ file_token: word, file_extension: 'docx' })).toEqual([501, 99991201])
    await sandbox.setClock({ advanceMs: 6 * 60_000 })
    expect(await create({})).toEqual([400, 1069913])
  })
})
