import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { misfits } from '../testing/conformance.ts'
import {
  envelopeOf,
  firstApp,
  openSandbox,
  request,
  tenantToken,
  userToken,
  WireClient,
} from '../testing/open-sandbox.ts'

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

describe('events of documents', () => {
  it('tell owners and managers that subscribed what happens, in the documented structure', async () => {
    const client = await WireClient.connect(sandbox, firstApp(sandbox))
    const { folder } = { folder: (await call('POST', '/drive/v1/files/create_folder', { name: 'Watched' })).data.token }
    const watch = (file: string, query: string) => call('POST', `/drive/v1/files/${file}/subscribe?${query}`)
    expect((await watch(folder, 'file_type=folder')).code).toBe(1069602)
    expect((await watch(folder, 'file_type=folder&event_type=file.created_in_folder_v1')).code).toBe(0)
    const { document } = (await call('POST', '/docx/v1/documents', { title: 'Plan', folder_token: folder })).data
    const file = document.document_id
    expect((await watch(file, 'file_type=docx')).code).toBe(0)
    const members = `/drive/v1/permissions/${file}/members`
    await call('POST', `${members}?type=docx`, { member_type: 'userid', member_id: 'alice', perm: 'edit' })
    await sandbox.editDocument({ user: 'alice', token: file, title: 'Better plan', markdown: '- one\n- two' })
    await call('DELETE', `${members}/alice?type=docx&member_type=userid`)
    await call('DELETE', `/drive/v1/files/${file}?type=docx`)
    await client.until(() => client.data.length === 6)
    const events = client.data.map(envelopeOf)
    expect(events.map(({ header }) => header.event_type)).toEqual([
      'drive.file.created_in_folder_v1',
      'drive.file.permission_member_added_v1',
      'drive.file.title_updated_v1',
      'drive.file.edit_v1',
      'drive.file.permission_member_removed_v1',
      'drive.file.trashed_v1',
    ])
    expect(events[3]?.event).toMatchObject({ file_token: file, operator_id_list: [{ user_id: 'alice' }] })
    for (const envelope of events) {
      expect(envelope.header).toMatchObject({
        resource_id: file,
        user_list: [{ open_id: firstApp(sandbox).botOpenId }],
      })
      expect([envelope.header.event_type, misfits(envelope)]).toEqual([envelope.header.event_type, []])
    }
  })

  it('are refused to those who merely read a document', async () => {
    const roadmap = (await sandbox.documents()).find(({ name }) => name.startsWith('Roadmap'))?.token ?? ''
    const path = `/drive/v1/files/${roadmap}/subscribe?file_type=docx`
    expect(await call('POST', path)).toMatchObject({ status: 403, code: 1069603 })
    expect((await call('POST', path.replace('docx', 'sheet'))).code).toBe(1069604)
    expect((await call('POST', path, undefined, await userToken(sandbox, 'alice'))).code).toBe(0)
    const client = await WireClient.connect(sandbox, firstApp(sandbox))
    const { eventIds } = await sandbox.deleteDocument({ user: 'alice', token: roadmap, forever: true })
    await client.until(() => client.data.length === 1)
    const { header, event } = envelopeOf(client.data[0])
    expect(header).toMatchObject({ event_id: eventIds[0], event_type: 'drive.file.deleted_v1' })
    expect(event).toMatchObject({ operator_id: { user_id: 'alice' } })
  })
})

describe('people', () => {
  it('share documents with bots, and do what they may do alone', async () => {
    const documents = await sandbox.documents()
    const secret = documents.find(({ name }) => name.startsWith('薪酬'))?.token ?? ''
    const read = async () => (await call('GET', `/docx/v1/documents/${secret}`)).code
    expect(await read()).toBe(1770032)
    await sandbox.shareDocument({ user: 'zhouqiang', token: secret, appId: firstApp(sandbox).appId })
    expect(await read()).toBe(0)
    const { appId } = firstApp(sandbox)
    await expect(sandbox.shareDocument({ user: 'alice', token: secret, appId })).rejects.toThrow('alice may not view')
    await expect(sandbox.editDocument({ user: 'alice', token: 'x', title: 'y' })).rejects.toThrow('no document "x"')
    await expect(sandbox.deleteDocument({ user: 'linmei', token: secret })).rejects.toThrow('zhouqiang does')
    await sandbox.reset()
    expect(await read()).toBe(1770032)
    expect(await sandbox.documents()).toEqual(documents)
  })
})
