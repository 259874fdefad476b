import { beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import { apiClient, openIdOf, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

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

const text = (content: string) => ({ block_type: 2, text: { elements: [{ text_run: { content } }] } })

async function newDocument(title = 'Plan') {
  const { data } = await call('POST', '/docx/v1/documents', { title })
  const id: string = data.document.document_id
  return { id, blocks: `/docx/v1/documents/${id}/blocks`, root: `/docx/v1/documents/${id}/blocks/${id}` }
}

/** "type" of each block in the order of the document. */
async function types(blocks: string) {
  const { data } = await call('GET', blocks)
  return data.items.map(({ block_type }: { block_type: number }) => block_type)
}

describe('a docx', () => {
  it('is created, read and known to whoever made it alone', async () => {
    const { id, blocks, root } = await newDocument()
    expect(id).toHaveLength(27)
    const made = await call('POST', `${root}/children`, { children: [text('one'), text('two')] })
    expect(made.data).toMatchObject({ document_revision_id: 2, children: [{ parent_id: id }, { parent_id: id }] })
    await call('POST', `${root}/children`, { children: [text('zero')], index: 0 })
    expect((await call('GET', `/docx/v1/documents/${id}/raw_content`)).data.content).toBe('Plan\nzero\none\ntwo\n')
    expect((await call('GET', `/docx/v1/documents/${id}`)).data.document).toMatchObject({
      title: 'Plan',
      revision_id: 3,
    })
    const [page, first] = (await call('GET', blocks)).data.items
    expect(page).toMatchObject({ block_id: id, block_type: 1, page: { elements: [{ text_run: { content: 'Plan' } }] } })
    expect((await call('GET', `${blocks}/${first.block_id}`)).data.block).toEqual(first)
    const stranger = await userToken(sandbox, 'alice')
    expect(await call('GET', blocks, undefined, stranger)).toMatchObject({ status: 403, code: 1770032 })
    expect(await call('GET', `/docx/v1/documents/${'x'.repeat(27)}`)).toMatchObject({ status: 404, code: 1770002 })
  })

  it('answers blocks page by page, and those below a block', async () => {
    const { id, blocks, root } = await newDocument()
    await call('POST', `${root}/children`, { children: ['a', 'b', 'c'].map(text) })
    const first = (await call('GET', `${blocks}?page_size=3`)).data
    expect([first.items.length, first.has_more]).toEqual([3, true])
    const rest = (await call('GET', `${blocks}?page_size=3&page_token=${first.page_token}`)).data
    expect([rest.items.length, rest.has_more]).toEqual([1, false])
    const [, a] = first.items
    await call('POST', `${blocks}/${a.block_id}/children`, { children: [text('below')] })
    expect((await call('GET', `${root}/children`)).data.items).toHaveLength(3)
    expect((await call('GET', `${root}/children?with_descendants=true`)).data.items).toHaveLength(4)
    expect((await call('GET', `${blocks}?page_token=!`)).code).toBe(1770022)
    expect((await call('GET', `${blocks}?page_size=501`)).code).toBe(99992402)
    expect((await call('GET', `/docx/v1/documents/${id}/blocks/nothing`)).code).toBe(1770002)
  })

  it('fills tables, grids, callouts and files by itself', async () => {
    const { blocks, root } = await newDocument()
    const children = [
      { block_type: 31, table: { property: { row_size: 2, column_size: 2 } } },
      { block_type: 24, grid: { column_size: 2 } },
      { block_type: 19, callout: {} },
      { block_type: 23, file: {} },
      { block_type: 22, divider: {} },
    ]
    const made = (await call('POST', `${root}/children`, { children })).data.children
    expect(made.map(({ block_type }: { block_type: number }) => block_type)).toEqual([31, 24, 19, 33, 22])
    expect(made[0].table).toMatchObject({ cells: made[0].children, property: { row_size: 2, column_size: 2 } })
    const cells = [32, 2, 32, 2, 32, 2, 32, 2]
    expect(await types(blocks)).toEqual([1, 31, ...cells, 24, 25, 2, 25, 2, 19, 2, 33, 23, 22])
  })

  it('takes a tree of blocks under temporary ids', async () => {
    const { root, blocks } = await newDocument()
    const bullet = (block_id: string, children: string[] = []) => {
      return { block_id, children, block_type: 12, bullet: text(block_id).text }
    }
    const descendants = [bullet('a', ['b', 'c']), bullet('b'), bullet('c'), bullet('d')]
    const { data } = await call('POST', `${root}/descendant`, { children_id: ['a', 'd'], descendants, index: 0 })
    expect(
      data.block_id_relations.map((relation: { temporary_block_id: string }) => relation.temporary_block_id),
    ).toEqual(['a', 'b', 'c', 'd'])
    expect(data.children[0].children).toEqual(
      data.block_id_relations.slice(1, 3).map(({ block_id }: { block_id: string }) => block_id),
    )
    expect(await types(blocks)).toEqual([1, 12, 12, 12, 12])
    const refused = async (children_id: string[], given: unknown[]) => {
      return (await call('POST', `${root}/descendant`, { children_id, descendants: given })).code
    }
    expect(await refused(['x'], descendants)).toBe(1770006)
    expect(await refused(['a'], descendants)).toBe(1770014)
    expect(await refused(['a'], [bullet('a'), bullet('a')])).toBe(1770019)
    const table = { block_id: 't', children: [], block_type: 31, table: { property: { row_size: 1, column_size: 1 } } }
    expect(await refused(['t'], [table])).toBe(1770013)
    expect(await types(blocks)).toHaveLength(5)
  })

  it('changes texts, styles and tables, one operation at a time', async () => {
    const { blocks, root } = await newDocument()
    const children = [
      { block_type: 17, todo: text('ship').text },
      { block_type: 31, table: { property: { row_size: 1, column_size: 2 } } },
    ]
    const [todo, table] = (await call('POST', `${root}/children`, { children })).data.children
    const change = (block: { block_id: string }, body: unknown) => call('PATCH', `${blocks}/${block.block_id}`, body)
    const user_id = openIdOf(sandbox, 'alice')
    const elements = [{ text_run: { content: 'for ' } }, { mention_user: { user_id } }]
    const changed = await change(todo, { update_text_elements: { elements } })
    expect(changed.data.block.todo.elements[1]).toEqual({ mention_user: { user_id } })
    expect((await call('GET', `${blocks}/${todo.block_id}?user_id_type=user_id`)).data.block.todo.elements[1]).toEqual({
      mention_user: { user_id: 'alice' },
    })
    await change(todo, { update_text_style: { style: { done: true, align: 3 }, fields: [2] } })
    expect((await call('GET', `${blocks}/${todo.block_id}`)).data.block.todo.style).toMatchObject({
      done: true,
      align: 1,
    })
    const size = async (body: unknown) => {
      const { row_size, column_size } = (await change(table, body)).data.block.table.property
      return [row_size, column_size]
    }
    expect(await size({ insert_table_row: { row_index: 1 } })).toEqual([2, 2])
    expect(await size({ insert_table_column: { column_index: -1 } })).toEqual([2, 3])
    expect(await size({ delete_table_columns: { column_start_index: 0, column_end_index: 2 } })).toEqual([2, 1])
    expect(await size({ delete_table_rows: { row_start_index: 0, row_end_index: 1 } })).toEqual([1, 1])
    expect((await change(todo, { insert_table_row: { row_index: 0 } })).code).toBe(1770025)
    expect((await change(table, { insert_table_row: { row_index: 9 } })).code).toBe(1770026)
    expect((await change(todo, {})).code).toBe(1770001)
    expect((await change(todo, { replace_image: { token: 'x' } })).code).toBe(1770025)
  })

  it('takes many updates at once, all or none of them', async () => {
    const { id, blocks, root } = await newDocument()
    const [one, two] = (await call('POST', `${root}/children`, { children: [text('1'), text('2')] })).data.children
    const update = ({ block_id }: { block_id: string }, content: string) => {
      return { block_id, update_text_elements: { elements: [{ text_run: { content } }] } }
    }
    const good = await call('PATCH', `${blocks}/batch_update`, { requests: [update(one, 'a'), update(two, 'b')] })
    expect(good.data.blocks).toHaveLength(2)
    const bad = [update(one, 'c'), { block_id: two.block_id, insert_table_row: { row_index: 0 } }]
    expect((await call('PATCH', `${blocks}/batch_update`, { requests: bad })).code).toBe(1770025)
    expect(
      (await call('PATCH', `${blocks}/batch_update`, { requests: [update(one, 'c'), update(one, 'd')] })).code,
    ).toBe(1770019)
    expect((await call('GET', `/docx/v1/documents/${id}/raw_content`)).data.content).toBe('Plan\na\nb\n')
  })

  it('loses children by index, and refuses what is out of range', async () => {
    const { blocks, root } = await newDocument()
    await call('POST', `${root}/children`, { children: ['a', 'b', 'c'].map(text) })
    const cut = (start_index: number, end_index: number) => {
      return call('DELETE', `${root}/children/batch_delete`, { start_index, end_index })
    }
    expect((await cut(0, 2)).data.document_revision_id).toBe(3)
    expect(await types(blocks)).toEqual([1, 2])
    expect((await cut(1, 1)).code).toBe(1770001)
    expect((await cut(0, 2)).code).toBe(1770001)
  })

  it('refuses blocks that cannot be made, are too large or do not fit', async () => {
    const { root, blocks } = await newDocument()
    const refused = async (block: unknown, where = root) => {
      return (await call('POST', `${where}/children`, { children: [block] })).code
    }
    expect(await refused({ block_type: 999 })).toBe(1770029)
    expect(await refused({ block_type: 1, page: {} })).toBe(1770029)
    expect(await refused({ block_type: 32, table_cell: {} })).toBe(1770030)
    expect(await refused({ block_type: 31, table: { property: { row_size: 10, column_size: 1 } } })).toBe(1770011)
    expect(await refused({ block_type: 31, table: { property: { row_size: 1, column_size: 10 } } })).toBe(1770010)
    expect(await refused({ block_type: 24, grid: { column_size: 6 } })).toBe(1770012)
    expect(await refused({ block_type: 2, text: {} })).toBe(1770001)
    expect(await refused({ text: {} })).toBe(99992402)
    const [divider] = (await call('POST', `${root}/children`, { children: [{ block_type: 22, divider: {} }] })).data
      .children
    expect(await refused(text('x'), `${blocks}/${divider.block_id}`)).toBe(1770028)
    expect((await call('POST', `${root}/children`, { children: Array(51).fill(text('x')) })).code).toBe(99992402)
    expect((await call('POST', `${root}/children?document_revision_id=1`, { children: [text('x')] })).code).toBe(
      1770021,
    )
  })

  it('refuses contents that are none, and trees that are too deep', async () => {
    const { root, blocks } = await newDocument()
    const refused = async (content: unknown) => {
      return (await call('POST', `${root}/children`, { children: [{ block_type: 2, text: content }] })).code
    }
    const run = (given: unknown) => ({ elements: [{ text_run: given }] })
    const bad = ['x', [], { elements: 'x' }, { elements: [null] }, { elements: [{}] }, run('x'), run({ content: 5 })]
    for (const content of bad) expect([content, await refused(content)]).toEqual([content, 1770001])
    expect(await refused(run({ content: 'x'.repeat(100_001) }))).toBe(1770001)
    expect(await refused({ elements: [{ mention_user: { user_id: 'ou_x' } }] })).toBe(99992351)
    const descendants = Array.from({ length: 100 }, (_, index) => {
      return { block_id: `b${index}`, children: index < 99 ? [`b${index + 1}`] : [], ...text('deep') }
    })
    expect((await call('POST', `${root}/descendant`, { children_id: ['b0'], descendants })).code).toBe(1770005)
    expect(await types(blocks)).toEqual([1])
  })

  it('happens once for one client_token, and stands in the ledger', async () => {
    const { root, blocks } = await newDocument()
    const path = `${root}/children?client_token=fe599b60-450f-46ff-b2ef-9f6675625b97`
    const first = await call('POST', path, { children: [text('once')] })
    expect((await call('POST', path, { children: [text('once')] })).data).toEqual(first.data)
    expect(await types(blocks)).toEqual([1, 2])
    const api = 'POST /open-apis/docx/v1/documents/:document_id/blocks/:block_id/children'
    expect((await sandbox.ledger({ api })).map(({ accepted }) => accepted)).toEqual([true, false])
  })
})

describe('Markdown', () => {
  const markdown =
    '# Title\n\n- a\n  - b\n\n1. one\n\n**bold** and `code`\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n---\n\n![](http://a/b.png)'

  it('is converted to blocks that a document takes', async () => {
    const { data } = await call('POST', '/docx/v1/documents/blocks/convert', {
      content_type: 'markdown',
      content: markdown,
    })
    expect(data.block_id_to_image_urls).toEqual([
      { block_id: data.first_level_block_ids[6], image_url: 'http://a/b.png' },
    ])
    const { id, root, blocks } = await newDocument('Converted')
    const body = { children_id: data.first_level_block_ids, descendants: data.blocks }
    expect((await call('POST', `${root}/descendant`, body)).code).toBe(0)
    expect(await types(blocks)).toEqual([1, 3, 12, 12, 13, 2, 31, 32, 2, 32, 2, 32, 2, 32, 2, 22, 27])
    const { content } = (await call('GET', `/docs/v1/content?doc_token=${id}&doc_type=docx&content_type=markdown`)).data
    expect(content).toContain(
      '# Title\n\n- a\n  - b\n1. one\n\n**bold** and `code`\n\n| x | y |\n| --- | --- |\n| 1 | 2 |',
    )
  })

  it('is the only text that is converted', async () => {
    const html = await call('POST', '/docx/v1/documents/blocks/convert', { content_type: 'html', content: '<p>' })
    expect([html.status, html.msg]).toEqual([501, expect.stringContaining('not HTML')])
    expect((await call('POST', '/docx/v1/documents/blocks/convert', { content_type: 'rtf', content: '' })).code).toBe(
      99992402,
    )
  })
})

describe('the node SDK', () => {
  it('creates a document, writes and reads it', async () => {
    const client = apiClient(sandbox)
    const created = await client.docx.document.create({ data: { title: 'From the SDK' } })
    const document_id = created.data?.document?.document_id ?? ''
    const path = { document_id, block_id: document_id }
    const children = [{ block_type: 3, heading1: { elements: [{ text_run: { content: 'Hi' } }] } }]
    expect((await client.docx.documentBlockChildren.create({ path, data: { children } })).code).toBe(0)
    const raw = await client.docx.document.rawContent({ path: { document_id } })
    expect(raw.data?.content).toBe('From the SDK\nHi\n')
  })
})
