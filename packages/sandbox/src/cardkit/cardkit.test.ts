import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import {
  type Answer,
  apiClient,
  firstApp,
  openSandbox,
  request,
  tenantToken,
  WireClient,
} from '../testing/open-sandbox.ts'

const cardsPath = '/open-apis/cardkit/v1/cards'

function card(elements: unknown[], config: Record<string, unknown> = {}): Record<string, unknown> {
  return { schema: '2.0', config, body: { elements } }
}

const text = { tag: 'markdown', element_id: 'words', content: 'Hello' }

/** A card entity in a chat with alice, and calls on it with growing sequences. */
class CardOfAlice {
  readonly sandbox: Sandbox
  readonly #token: string
  cardId = ''
  chatId = ''
  #sequence = 0

  private constructor(sandbox: Sandbox, token: string) {
    this.sandbox = sandbox
    this.#token = token
  }

  static async send(elements: unknown[], config: Record<string, unknown> = {}): Promise<CardOfAlice> {
    const sandbox = await openSandbox()
    const one = new CardOfAlice(sandbox, await tenantToken(sandbox))
    const { body } = await one.create(card(elements, config))
    one.cardId = body.data.card_id
    one.chatId = (await one.post()).body.data.chat_id
    return one
  }

  create(data: unknown, type = 'card_json'): Promise<Answer> {
    return this.call('POST', '', { type, data: typeof data === 'string' ? data : JSON.stringify(data) })
  }

  /** Sends the entity as a message. */
  post(): Promise<Answer> {
    const content = JSON.stringify({ type: 'card', data: { card_id: this.cardId } })
    const receive_id = this.sandbox.users.find(({ userId }) => userId === 'alice')?.openId
    const body = { receive_id, msg_type: 'interactive', content }
    return request(this.sandbox, 'POST', '/open-apis/im/v1/messages?receive_id_type=open_id', {
      token: this.#token,
      body,
    })
  }

  /** `at` follows the cards' path; an object in the body travels as JSON text. */
  call(method: string, at: string, body: Record<string, unknown>): Promise<Answer> {
    return request(this.sandbox, method, cardsPath + at, { token: this.#token, body })
  }

  /** A call below the entity with the next sequence. */
  operate(method: string, at: string, body: Record<string, unknown> = {}): Promise<Answer> {
    this.#sequence += 1
    const texts = Object.entries(body).map(([key, value]) => [
      key,
      typeof value === 'object' && key !== 'card' ? JSON.stringify(value) : value,
    ])
    return this.call(method, `/${this.cardId}${at}`, { sequence: this.#sequence, ...Object.fromEntries(texts) })
  }

  /** The card as alice sees it. */
  async seen(): Promise<{ config: Record<string, unknown>; body: { elements: Record<string, unknown>[] } }> {
    const [message] = await this.sandbox.messages({ chatId: this.chatId, user: 'alice' })
    return JSON.parse(message?.card ?? '{}')
  }

  async elementIds(): Promise<unknown[]> {
    return (await this.seen()).body.elements.map((element) => element.element_id)
  }
}

async function code(answer: Promise<Answer>): Promise<{ status: number; code: number }> {
  const { status, body } = await answer
  return { status, code: body.code }
}

describe('a card entity', () => {
  it('is sent by its id, once, and seen as the card that it is', async () => {
    const one = await CardOfAlice.send([text])
    expect(one.cardId).toMatch(/^\d{19}$/)
    expect(await one.seen()).toEqual(card([text]))
    const again = await one.post()
    expect(again).toMatchObject({ status: 400, body: { code: 230099 } })
    expect(await one.sandbox.messages({ chatId: one.chatId })).toMatchObject([{ text: 'Hello' }])
  })

  it('streams text to whoever looks at it', async () => {
    const one = await CardOfAlice.send([text], { streaming_mode: true })
    const told: string[] = []
    for (const content of ['Hello wo', 'Hello world']) {
      expect((await one.operate('PUT', '/elements/words/content', { content })).status).toBe(200)
      told.push(String((await one.seen()).body.elements[0]?.content))
    }
    expect(told).toEqual(['Hello wo', 'Hello world'])
    expect(await one.sandbox.messages({ chatId: one.chatId })).toMatchObject([{ text: 'Hello world', updated: true }])
  })

  it('takes elements before, after and at the end, in containers too, and gives them away', async () => {
    const form = { tag: 'form', name: 'f', element_id: 'form', elements: [] }
    const one = await CardOfAlice.send([text, form])
    const add = (type: string, target_element_id: string, ...ids: string[]) =>
      one.operate('POST', '/elements', {
        type,
        target_element_id,
        elements: ids.map((element_id) => ({ tag: 'hr', element_id })),
      })
    await add('insert_before', 'words', 'a')
    await add('insert_after', 'words', 'b', 'c')
    await add('append', '', 'd')
    await add('append', 'form', 'e')
    expect(await one.elementIds()).toEqual(['a', 'words', 'b', 'c', 'form', 'd'])
    await one.operate('DELETE', '/elements/c')
    await one.operate('DELETE', '/elements/e')
    expect((await one.seen()).body.elements).toContainEqual(form)
    expect(await one.elementIds()).toEqual(['a', 'words', 'b', 'form', 'd'])
  })

  it('has its elements changed and replaced, and is itself replaced', async () => {
    const one = await CardOfAlice.send([text])
    await one.operate('PATCH', '/elements/words', { partial_element: { text_align: 'center' } })
    expect((await one.seen()).body.elements).toEqual([{ ...text, text_align: 'center' }])
    await one.operate('PUT', '/elements/words', { element: { tag: 'hr' } })
    expect((await one.seen()).body.elements).toEqual([{ tag: 'hr', element_id: 'words' }])
    await one.operate('PUT', '', { card: { type: 'card_json', data: JSON.stringify(card([])) } })
    expect(await one.seen()).toEqual(card([]))
  })

  it('takes several actions at once, all or none', async () => {
    const one = await CardOfAlice.send([text])
    const add = { action: 'add_elements', params: { type: 'append', elements: [{ tag: 'hr', element_id: 'line' }] } }
    const actions = [
      { action: 'partial_update_setting', params: { settings: { config: { summary: { content: 'Done' } } } } },
      add,
      { action: 'partial_update_element', params: { element_id: 'words', partial_element: { content: 'Bye' } } },
      { action: 'update_element', params: { element_id: 'line', element: { tag: 'hr', margin: '4px' } } },
    ]
    await one.operate('POST', '/batch_update', { actions })
    const lines = [
      { ...text, content: 'Bye' },
      { tag: 'hr', element_id: 'line', margin: '4px' },
    ]
    expect(await one.seen()).toEqual(card(lines, { summary: { content: 'Done' } }))
    const remove = { action: 'delete_elements', params: { element_ids: ['words', 'nothing'] } }
    expect(await code(one.operate('POST', '/batch_update', { actions: [remove] }))).toEqual({
      status: 400,
      code: 300314,
    })
    expect(await one.elementIds()).toEqual(['words', 'line'])
  })

  it('ends its streaming after ten minutes of platform time, and streams again when it is told to', async () => {
    const one = await CardOfAlice.send([text])
    const stream = () => code(one.operate('PUT', '/elements/words/content', { content: 'more' }))
    expect(await stream()).toEqual({ status: 400, code: 300309 })
    await one.operate('PATCH', '/settings', { settings: { config: { streaming_mode: true } } })
    await one.sandbox.setClock({ advanceMs: 9 * 60_000 })
    expect(await stream()).toEqual({ status: 200, code: 0 })
    await one.sandbox.setClock({ advanceMs: 60_000 })
    await expect.poll(async () => (await one.seen()).config.streaming_mode).toBe(false)
    expect(await stream()).toEqual({ status: 400, code: 200850 })
    await one.operate('PATCH', '/settings', { settings: { config: { streaming_mode: true } } })
    expect(await stream()).toEqual({ status: 200, code: 0 })
  })

  it('takes growing sequences alone, and a uuid with one body alone', async () => {
    const one = await CardOfAlice.send([text], { streaming_mode: true })
    const stream = (sequence: number, content: string, uuid?: string) => {
      const body = { sequence, content, ...(uuid !== undefined && { uuid }) }
      return code(one.call('PUT', `/${one.cardId}/elements/words/content`, body))
    }
    expect((await stream(5, 'five', 'u5')).code).toBe(0)
    expect((await stream(5, 'five', 'u5')).code).toBe(0)
    expect((await stream(5, 'other', 'u5')).code).toBe(200770)
    expect((await stream(5, 'five')).code).toBe(300317)
    expect((await stream(4, 'four')).code).toBe(300317)
    expect((await stream(9, 'nine')).code).toBe(0)
    const api = 'PUT /open-apis/cardkit/v1/cards/:card_id/elements/:element_id/content'
    const ledger = await one.sandbox.ledger({ api })
    expect(ledger.map(({ accepted, code }) => [accepted, code])).toEqual([
      [true, 0],
      [false, 0],
      [false, 200770],
      [false, 300317],
      [false, 300317],
      [true, 0],
    ])
  })

  it('waits while somebody clicks', async () => {
    const button = {
      tag: 'button',
      element_id: 'go',
      text: { content: 'Go' },
      behaviors: [{ type: 'callback', value: {} }],
    }
    const one = await CardOfAlice.send([text, button])
    const client = await WireClient.connect(one.sandbox, firstApp(one.sandbox))
    const [message] = await one.sandbox.messages({ chatId: one.chatId })
    const click = one.sandbox.clickCard({ user: 'alice', messageId: message?.messageId ?? '', element: 'go' })
    await client.until(() => client.data.length === 1)
    const patch = () => code(one.operate('PATCH', '/elements/words', { partial_element: { content: 'late' } }))
    expect(await patch()).toEqual({ status: 400, code: 200810 })
    const [frame] = client.data
    if (frame) client.ack(frame)
    await click
    expect(await patch()).toEqual({ status: 200, code: 0 })
  })

  it('belongs to its app and lives for 14 days', async () => {
    const one = await CardOfAlice.send([text])
    const other = await one.sandbox.addApp()
    const token = await tenantToken(one.sandbox, other)
    const foreign = request(one.sandbox, 'DELETE', `${cardsPath}/${one.cardId}/elements/words`, {
      token,
      body: { sequence: 1 },
    })
    expect(await code(foreign)).toEqual({ status: 400, code: 300311 })
    await one.sandbox.setClock({ advanceMs: 14 * 24 * 3_600_000 })
    await one.sandbox.setClock({ advanceMs: 1 })
    const late = request(one.sandbox, 'DELETE', `${cardsPath}/${one.cardId}/elements/words`, {
      token: await tenantToken(one.sandbox),
      body: { sequence: 1 },
    })
    expect(await code(late)).toEqual({ status: 400, code: 200750 })
  })

  it('is made of a card that was sent without one', async () => {
    const one = await CardOfAlice.send([text])
    const [message] = await one.sandbox.messages({ chatId: one.chatId })
    const known = await one.call('POST', '/id_convert', { message_id: message?.messageId })
    expect(known.body.data.card_id).toBe(one.cardId)
    const openId = one.sandbox.users.find(({ userId }) => userId === 'alice')?.openId ?? ''
    const client = apiClient(one.sandbox)
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: openId, msg_type: 'interactive', content: JSON.stringify(card([text])) },
    })
    const converted = await client.cardkit.v1.card.idConvert({ data: { message_id: sent.data?.message_id ?? '' } })
    const card_id = converted.data?.card_id ?? ''
    await client.cardkit.v1.cardElement.patch({
      path: { card_id, element_id: 'words' },
      data: { partial_element: JSON.stringify({ content: 'Changed' }), sequence: 1 },
    })
    expect(await one.sandbox.messages({ chatId: one.chatId })).toMatchObject([{ text: 'Hello' }, { text: 'Changed' }])
  })
})

describe('what is no card', () => {
  it.each([
    ['nothing', '', 10002],
    ['an empty text', ' ', 300307],
    ['no fields', {}, 300307],
    ['no JSON', '{', 200220],
    ['a list', '[]', 200220],
    ['schema 1.0', { elements: [] }, 300303],
    ['a card for one person', card([], { update_multi: false }), 300302],
    ['an element_id twice', card([text, text]), 300301],
    ['an element_id that starts with a digit', card([{ tag: 'hr', element_id: '1' }]), 200220],
    ['elements that are none', card(['hr']), 200220],
    ['over 200 elements', card(Array.from({ length: 201 }, () => ({ tag: 'hr' }))), 300305],
    ['over 30 KB', card([{ tag: 'markdown', content: 'x'.repeat(31 * 1024) }]), 200860],
  ])('is refused: %s', async (_name, data, expected) => {
    const one = await CardOfAlice.send([text])
    expect(await code(one.create(data))).toEqual({ status: 400, code: expected })
  })

  it.each([
    ['content of what is no text', 'PUT', '/elements/line/content', { content: 'x' }, 300310],
    ['content of an unknown element', 'PUT', '/elements/nothing/content', { content: 'x' }, 300313],
    ['another tag', 'PATCH', '/elements/words', { partial_element: { tag: 'hr' } }, 300312],
    ['change of an unknown element', 'PATCH', '/elements/nothing', { partial_element: {} }, 300313],
    ['replacement of an unknown element', 'PUT', '/elements/nothing', { element: { tag: 'hr' } }, 300121],
    ['deletion of an unknown element', 'DELETE', '/elements/nothing', {}, 300314],
    ['an unknown target', 'POST', '/elements', { type: 'insert_after', elements: [] }, 300315],
    [
      'a target that holds nothing',
      'POST',
      '/elements',
      { type: 'append', target_element_id: 'line', elements: [] },
      300315,
    ],
    ['an element without tag', 'POST', '/elements', { type: 'append', elements: [{}] }, 200220],
    ['an unknown setting', 'PATCH', '/settings', { settings: { header: {} } }, 300122],
    ['an unknown action', 'POST', '/batch_update', { actions: [{ action: 'sing' }] }, 10002],
    ['actions that are none', 'POST', '/batch_update', { actions: 'sing' }, 10002],
  ] as const)('changes nothing: %s', async (_name, method, at, body, expected) => {
    const line = { tag: 'hr', element_id: 'line' }
    const one = await CardOfAlice.send([text, line], { streaming_mode: true })
    expect(await code(one.operate(method, at, body))).toEqual({ status: 400, code: expected })
    expect((await one.seen()).body.elements).toEqual([text, line])
  })

  it('is an entity that does not exist', async () => {
    const one = await CardOfAlice.send([text])
    one.cardId = '7000000000000000000'
    expect(await code(one.operate('DELETE', '/elements/words'))).toEqual({ status: 400, code: 200740 })
    expect(await code(one.post())).toEqual({ status: 400, code: 230099 })
  })
})
