import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { apiClient, firstApp, openIdOf, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

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

const spaceNamed = async (name: string) => {
  return (await sandbox.documents()).find((document) => document.type === 'wiki' && document.name.includes(name))?.token
}

const titles = async (space: string | undefined, parent = '') => {
  const { data } = await call('GET', `/wiki/v2/spaces/${space}/nodes?parent_node_token=${parent}`)
  return data.items.map(({ title }: { title: string }) => title)
}

describe('spaces', () => {
  it('are seen by their members alone, bots too', async () => {
    const list = async (by?: string) => {
      const { items } = (await call('GET', '/wiki/v2/spaces', undefined, by)).data
      return items.map(({ name }: { name: string }) => name)
    }
    expect(await list()).toEqual(['团队知识库 Team Wiki'])
    expect(await list(await userToken(sandbox, 'alice'))).toEqual(['团队知识库 Team Wiki', '产品设计 Design'])
    expect(await list(await tenantToken(sandbox, sandbox.apps[1]))).toEqual([])
    const design = await spaceNamed('Design')
    expect(await call('GET', `/wiki/v2/spaces/${design}`)).toMatchObject({ status: 400, code: 131006 })
    expect((await call('GET', '/wiki/v2/spaces/1')).code).toBe(131005)
    expect((await call('GET', `/wiki/v2/spaces/${await spaceNamed('Team')}`)).data.space).toMatchObject({
      space_type: 'team',
      visibility: 'private',
    })
  })

  it('are made by people, who say who belongs to them', async () => {
    const alice = await userToken(sandbox, 'alice')
    expect((await call('POST', '/wiki/v2/spaces', { name: 'Bot space' })).code).toBe(99991663)
    const { space_id } = (await call('POST', '/wiki/v2/spaces', { name: 'Ideas' }, alice)).data.space
    const members = `/wiki/v2/spaces/${space_id}/members`
    const bot = { member_type: 'openid', member_id: firstApp(sandbox).botOpenId, member_role: 'member' }
    expect((await call('POST', members, bot)).code).toBe(131006)
    expect((await call('POST', members, bot, alice)).data.member).toEqual({ ...bot, type: 'user' })
    expect((await call('POST', members, bot, alice)).code).toBe(131008)
    expect((await call('POST', members, { ...bot, member_id: 'ou_x' }, alice)).code).toBe(131004)
    expect((await call('POST', members, { ...bot, member_role: 'king' }, alice)).code).toBe(131002)
    expect(
      (await call('GET', members)).data.members.map((member: { member_role: string }) => member.member_role),
    ).toEqual(['admin', 'member'])
    const leave = { member_type: 'openid', member_role: 'admin' }
    expect((await call('DELETE', `${members}/${openIdOf(sandbox, 'alice')}`, leave, alice)).code).toBe(131101)
    const out = { ...leave, member_role: 'member' }
    expect((await call('DELETE', `${members}/${bot.member_id}`, out, alice)).code).toBe(0)
    expect((await call('GET', members)).code).toBe(131006)
  })
})

describe('pages', () => {
  it('lie in trees, and are documents of the drive', async () => {
    const space = await spaceNamed('Team')
    expect(await titles(space)).toEqual(['首页 Home', '入职指南 Onboarding', 'FAQ'])
    const { items } = (await call('GET', `/wiki/v2/spaces/${space}/nodes`)).data
    const [home, onboarding] = items
    expect([home.has_child, onboarding.has_child]).toEqual([false, true])
    expect(await titles(space, onboarding.node_token)).toEqual(['开发环境 Development setup'])
    const page = { obj_type: 'docx', node_type: 'origin', title: 'New', parent_node_token: home.node_token }
    const { node } = (await call('POST', `/wiki/v2/spaces/${space}/nodes`, page)).data
    expect(node).toMatchObject({ title: 'New', node_type: 'origin', owner: firstApp(sandbox).botOpenId })
    expect((await call('GET', `/docx/v1/documents/${node.obj_token}`)).data.document.title).toBe('New')
    const byDocument = `/wiki/v2/spaces/get_node?token=${node.obj_token}&obj_type=docx`
    expect((await call('GET', byDocument)).data.node).toEqual(node)
    expect((await call('GET', `/wiki/v2/spaces/get_node?token=${node.node_token}`)).data.node).toEqual(node)
    expect((await call('GET', '/wiki/v2/spaces/get_node?token=nothing')).code).toBe(131005)
    const rename = `/wiki/v2/spaces/${space}/nodes/${node.node_token}/update_title`
    expect((await call('POST', rename, { title: 'Newer' })).code).toBe(0)
    expect(await titles(space, home.node_token)).toEqual(['Newer'])
    expect(
      (await call('GET', `/drive/v1/permissions/${node.node_token}/members/auth?type=wiki&action=edit`)).data,
    ).toEqual({
      auth_result: true,
    })
  })

  it('are tables and shortcuts too', async () => {
    const space = await spaceNamed('Team')
    const create = (body: object) => call('POST', `/wiki/v2/spaces/${space}/nodes`, { node_type: 'origin', ...body })
    const sheet = (await create({ obj_type: 'sheet', title: 'Numbers' })).data.node
    expect((await call('GET', `/sheets/v3/spreadsheets/${sheet.obj_token}`)).data.spreadsheet.title).toBe('Numbers')
    const base = (await create({ obj_type: 'bitable', title: 'Things' })).data.node
    expect((await call('GET', `/bitable/v1/apps/${base.obj_token}`)).data.app.name).toBe('Things')
    const shortcut = { obj_type: 'sheet', node_type: 'shortcut', origin_node_token: sheet.node_token }
    expect((await create(shortcut)).data.node).toMatchObject({
      node_type: 'shortcut',
      origin_node_token: sheet.node_token,
      obj_token: sheet.obj_token,
    })
    expect((await create({ obj_type: 'doc' })).code).toBe(131010)
    expect((await create({ obj_type: 'slides' })).code).toBe(131002)
    expect((await create({ obj_type: 'docx', node_type: 'shortcut' })).code).toBe(131002)
    expect((await create({ obj_type: 'docx', parent_node_token: 'nothing' })).code).toBe(131005)
  })

  it('move with all below them, and are copied', async () => {
    const space = await spaceNamed('Team')
    const { items } = (await call('GET', `/wiki/v2/spaces/${space}/nodes`)).data
    const [home, onboarding, faq] = items.map(({ node_token }: { node_token: string }) => node_token)
    const at = (node: string, verb: string) => `/wiki/v2/spaces/${space}/nodes/${node}/${verb}`
    expect((await call('POST', at(onboarding, 'move'), { target_parent_token: home })).code).toBe(0)
    expect(await titles(space, home)).toEqual(['入职指南 Onboarding'])
    expect((await call('POST', at(home, 'move'), { target_parent_token: onboarding })).code).toBe(131002)
    expect((await call('POST', at(home, 'move'), {})).code).toBe(131002)
    const target_space_id = await spaceNamed('Design')
    expect((await call('POST', at(faq, 'move'), { target_space_id })).code).toBe(131006)
    const alice = await userToken(sandbox, 'alice')
    expect((await call('POST', at(home, 'move'), { target_space_id }, alice)).data.node.space_id).toBe(target_space_id)
    expect((await call('GET', `/wiki/v2/spaces/get_node?token=${onboarding}`)).code).toBe(131006)
    const copy = (await call('POST', at(faq, 'copy'), { target_parent_token: '', title: 'FAQ 2' })).data.node
    expect(await titles(space)).toEqual(['FAQ', 'FAQ 2'])
    expect((await call('GET', `/docx/v1/documents/${copy.obj_token}/raw_content`)).data.content).toContain(
      'Your team lead',
    )
  })

  it('come out of the drive, which takes a while', async () => {
    const space = await spaceNamed('Team')
    const { document_id } = (await call('POST', '/docx/v1/documents', { title: 'Draft' })).data.document
    const move = { obj_type: 'docx', obj_token: document_id }
    const path = `/wiki/v2/spaces/${space}/nodes/move_docs_to_wiki`
    const { task_id } = (await call('POST', path, move)).data
    const task = async () => (await call('GET', `/wiki/v2/tasks/${task_id}?task_type=move`)).data.task.move_result[0]
    expect(await task()).toMatchObject({ status: 1 })
    await sandbox.setClock({ advanceMs: 1000 })
    await expect.poll(async () => (await task()).status).toBe(0)
    expect((await task()).node).toMatchObject({ title: 'Draft', space_id: space })
    expect((await call('GET', '/drive/v1/files')).data.files).toEqual([])
    expect((await call('POST', path, move)).code).toBe(131002)
    const roadmap = (await sandbox.documents()).find(({ name }) => name.startsWith('Roadmap'))?.token
    expect((await call('POST', path, { ...move, obj_token: roadmap })).code).toBe(131006)
    expect((await call('POST', path, { ...move, obj_token: roadmap, apply: true })).data).toEqual({ applied: true })
  })
})

describe('the node SDK', () => {
  it('walks through a space', async () => {
    const client = apiClient(sandbox)
    const { data } = await client.wiki.space.list({ params: { page_size: 1 } })
    const space_id = data?.items?.[0]?.space_id ?? ''
    const nodes = await client.wiki.spaceNode.list({ path: { space_id }, params: { page_size: 2 } })
    expect(nodes.data).toMatchObject({ has_more: true, items: [{ obj_type: 'docx' }, { obj_type: 'docx' }] })
  })
})
