import { withUserAccessToken } from '@larksuiteoapi/node-sdk'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { apiClient, firstApp, openIdOf, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let alice: string

async function call(method: string, path: string, body?: unknown, by = alice) {
  const answer = await request(sandbox, method, `/open-apis${path}`, { token: by, body })
  return { ...answer.body, status: answer.status }
}

beforeEach(async () => {
  sandbox = await openSandbox()
  alice = await userToken(sandbox, 'alice')
})

describe('documents and pages', () => {
  const search = async (body: object, by?: string) => {
    const { data } = await call('POST', '/search/v2/doc_wiki/search', { query: '', ...body }, by)
    return data.res_units.map(({ title_highlighted }: { title_highlighted: string }) => title_highlighted)
  }

  it('are found by title and text, as far as the person may read them', async () => {
    expect(await search({ query: 'roadmap' })).toEqual(['<h>Roadmap</h> 2026'])
    expect(await search({ query: 'team lead' })).toEqual(['FAQ'])
    expect(await search({ query: '设计规范' })).toEqual(['<h>设计规范</h> Guidelines'])
    expect(await search({ query: '薪酬' })).toEqual([])
    const zhouqiang = await userToken(sandbox, 'zhouqiang')
    expect(await search({ query: '薪酬' }, zhouqiang)).toEqual(['<h>薪酬</h>方案 2026'])
    expect(await search({ query: 'team lead', doc_filter: {} })).toEqual([])
    expect(await search({ query: 'team lead', wiki_filter: { only_title: true } })).toEqual([])
  })

  it('are narrowed by type, folder, space, creator and time', async () => {
    const documents = await sandbox.documents()
    const tokenOf = (name: string) => documents.find((document) => document.name.includes(name))?.token
    const doc = (doc_filter: object) => search({ doc_filter })
    expect(await doc({ doc_types: ['FOLDER'] })).toEqual(['公司制度 Policies', 'Product'])
    expect(await doc({ folder_tokens: [tokenOf('Product')], sort_type: 'CREATE_TIME_ASC' })).toEqual([
      'Roadmap 2026',
      '周会纪要 Weekly Notes',
    ])
    expect(await doc({ creator_ids: [openIdOf(sandbox, 'zhouqiang')] })).toEqual(['差旅报销制度'])
    expect(await doc({ create_time: { end: 1 } })).toEqual([])
    expect(await search({ wiki_filter: { space_ids: [tokenOf('Design')] } })).toEqual(['设计规范 Guidelines'])
    const opened = await call('POST', '/search/v2/doc_wiki/search', {
      query: '',
      doc_filter: { open_time: { start: 1 } },
    })
    expect(opened.status).toBe(501)
  })

  it('come page by page, to people alone', async () => {
    const path = '/search/v2/doc_wiki/search'
    const first = (await call('POST', path, { query: 'e', page_size: 2 })).data
    expect([first.res_units.length, first.has_more]).toEqual([2, true])
    const next = (await call('POST', path, { query: 'e', page_size: 2, page_token: first.page_token })).data
    expect(next.res_units[0].result_meta.token).not.toBe(first.res_units[0].result_meta.token)
    expect((await call('POST', path, {})).code).toBe(1274001)
    expect((await call('POST', path, { query: 'x'.repeat(51) })).code).toBe(1274001)
    expect((await call('POST', path, { query: 'x' }, await tenantToken(sandbox))).code).toBe(99991663)
  })
})

describe('people, messages and apps', () => {
  it('are found by those who may see them', async () => {
    const people = (await call('GET', '/search/v1/user?query=zhang&page_size=1')).data
    expect(people.users).toEqual([expect.objectContaining({ name: '张伟', open_id: openIdOf(sandbox, 'zhangwei') })])
    expect((await call('GET', '/search/v1/user')).code).toBe(99992402)
    const { messageId } = await sandbox.say({ user: 'alice', text: 'where is the teapot?' })
    await sandbox.say({ user: 'linmei', text: 'the teapot is mine' })
    const messages = async (body: object, by?: string) =>
      (await call('POST', '/search/v2/message', body, by)).data.items
    expect(await messages({ query: 'TEAPOT' })).toEqual([messageId])
    expect(await messages({ query: 'teapot', from_type: 'bot' })).toEqual([])
    expect(await messages({ query: 'teapot', chat_type: 'group_chat' })).toEqual([])
    expect(await messages({ query: 'teapot', from_ids: [openIdOf(sandbox, 'alice')] })).toEqual([messageId])
    expect((await call('POST', '/search/v2/app', { query: 'lark' })).data.items).toEqual([firstApp(sandbox).appId])
    expect((await call('POST', '/search/v2/app?page_token=!', { query: 'lark' })).code).toBe(1278001)
  })

  it('are searched by the node SDK', async () => {
    const client = apiClient(sandbox)
    const url = '/open-apis/search/v1/user'
    const answer = await client.request({ url, method: 'GET', params: { query: 'Alice' } }, withUserAccessToken(alice))
    expect(answer.data.users).toHaveLength(1)
  })
})
