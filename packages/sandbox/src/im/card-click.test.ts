import { beforeEach, describe, expect, it } from 'vitest'
import type { ClickOptions, SandboxMessage } from '../control.ts'
import type { Sandbox } from '../start-sandbox.ts'
import { envelopeOf, openIdOf, openSandbox, request, tenantToken, WireClient } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
let groupId: string
let client: WireClient
let response: unknown

const button = { tag: 'button', name: 'go', text: { content: 'Go' }, value: { step: 1 } }
const oldCard = (shared: boolean, words = 'ask') => ({
  config: { update_multi: shared },
  elements: [
    { tag: 'markdown', content: words },
    { tag: 'action', actions: [button] },
  ],
})
const newCard = (words = 'ask') => ({
  schema: '2.0',
  body: {
    elements: [
      { tag: 'markdown', content: words },
      { tag: 'button', text: { content: 'Go' }, behaviors: [{ type: 'callback', value: 'go' }] },
    ],
  },
})

beforeEach(async () => {
  sandbox = await openSandbox({ apps: 2, settings: { ackWindowMs: 1000, tokenLifetimeSeconds: 10 ** 7 } })
  token = await tenantToken(sandbox)
  groupId = (await sandbox.chats()).find((chat) => chat.name === 'All hands')?.chatId ?? ''
  response = undefined
  client = await WireClient.connect(sandbox)
  client.socket.on('message', () => {
    const frame = client.data.at(-1)
    const data = response === undefined ? {} : { data: Buffer.from(JSON.stringify(response)).toString('base64') }
    if (frame) client.ack(frame, { code: 200, ...data })
  })
})

async function sendCard(card: unknown): Promise<string> {
  const body = { receive_id: groupId, msg_type: 'interactive', content: JSON.stringify(card) }
  const path = '/open-apis/im/v1/messages?receive_id_type=chat_id'
  return (await request(sandbox, 'POST', path, { token, body })).body.data.message_id
}

const click = (messageId: string, more: Partial<ClickOptions> = {}) =>
  sandbox.clickCard({ user: 'alice', messageId, ...more })

async function action(element: Record<string, unknown>, more: Partial<ClickOptions>): Promise<unknown> {
  await click(await sendCard({ schema: '2.0', body: { elements: [element] } }), more)
  return envelopeOf(client.data.at(-1)).event.action
}

async function seen(user?: string): Promise<string | undefined> {
  const [message]: SandboxMessage[] = await sandbox.messages({ chatId: groupId, ...(user !== undefined && { user }) })
  return message?.text
}

describe('a click on a card', () => {
  it('is pushed with the documented body', async () => {
    const messageId = await sendCard(newCard())
    expect(await click(messageId)).toMatchObject({ outcome: 'answered' })
    const { event, header } = envelopeOf(client.data[0])
    expect(header.event_type).toBe('card.action.trigger')
    expect(event).toEqual({
      operator: {
        tenant_key: header.tenant_key,
        user_id: 'alice',
        union_id: expect.stringMatching(/^on_/),
        open_id: openIdOf(sandbox, 'alice'),
      },
      token: expect.stringMatching(/^c-/),
      action: { value: 'go', tag: 'button' },
      host: 'im_message',
      context: { open_message_id: messageId, open_chat_id: groupId },
    })
  })

  it('carries what each kind of element says', async () => {
    const options = [{ value: 'bj' }, { value: 'sh' }]
    expect(await action({ tag: 'select_static', name: 'city', options }, { option: 'bj' })).toEqual({
      tag: 'select_static',
      name: 'city',
      option: 'bj',
    })
    expect(await action({ tag: 'overflow', options, value: { menu: 1 } }, { option: 'sh' })).toEqual({
      tag: 'overflow',
      value: { menu: 1 },
      option: 'sh',
    })
    const several = { tag: 'multi_select_static', options, behaviors: [{ type: 'callback', value: { k: 1 } }] }
    expect(await action(several, { options: ['bj', 'sh'] })).toEqual({
      tag: 'multi_select_static',
      value: { k: 1 },
      options: ['bj', 'sh'],
    })
    const somebody = { option: openIdOf(sandbox, 'linmei') }
    expect(await action({ tag: 'select_person', name: 'who' }, { option: 'linmei' })).toMatchObject(somebody)
    expect(await action({ tag: 'select_img', options, multi_select: true }, { options: ['bj'] })).toMatchObject({
      options: ['bj'],
    })
    expect(await action({ tag: 'input', name: 'note' }, { inputValue: 'hi' })).toEqual({
      tag: 'input',
      name: 'note',
      input_value: 'hi',
    })
    const ticked = { tag: 'checker', name: 'done', behaviors: [{ type: 'callback', value: {} }] }
    expect(await action(ticked, { checked: true })).toEqual({ tag: 'checker', name: 'done', value: {}, checked: true })
    const box = { tag: 'interactive_container', elements: [], behaviors: [{ type: 'callback', value: 'box' }] }
    expect(await action(box, {})).toEqual({ tag: 'interactive_container', value: 'box' })
  })

  it.each([
    ['date_picker', '2024-04-01 +0800'],
    ['picker_time', '00:00 +0800'],
    ['picker_datetime', '2024-04-29 07:07 +0800'],
  ])('carries the time zone with a %s', async (tag, option) => {
    expect(await action({ tag, name: 'when' }, { option })).toEqual({
      tag,
      name: 'when',
      option,
      timezone: 'Asia/Shanghai',
    })
    await expect(action({ tag, name: 'when' }, { option: 'tomorrow' })).rejects.toThrow('takes an option such as')
  })

  it('submits a form with what was filled in, and the rest as it was', async () => {
    const submit = { tag: 'button', name: 'send', text: { content: 'Send' }, form_action_type: 'submit' }
    const clear = { tag: 'button', name: 'clear', text: { content: 'Clear' }, form_action_type: 'reset' }
    const fields = [
      { tag: 'input', name: 'note', required: true },
      { tag: 'input', name: 'more', default_value: 'nothing' },
      { tag: 'date_picker', name: 'day', initial_date: '2026-04-01' },
      { tag: 'checker', name: 'sure' },
      { tag: 'multi_select_static', name: 'tags', options: [{ value: 'a' }] },
      { tag: 'select_static', name: 'unset', options: [{ value: 'a' }] },
      { tag: 'multi_select_person', name: 'people' },
    ]
    const form = { tag: 'form', name: 'f', elements: [...fields, submit, clear] }
    expect(await action(form, { element: 'Send', formValue: { note: 'hi', sure: true, people: ['alice'] } })).toEqual({
      tag: 'button',
      name: 'send',
      form_value: {
        note: 'hi',
        more: 'nothing',
        day: '2026-04-01 +0800',
        sure: true,
        tags: [],
        people: [openIdOf(sandbox, 'alice')],
      },
    })
    await expect(action(form, { element: 'Send' })).rejects.toThrow('The field "note" is required')
    await expect(action(form, { element: 'Send', formValue: { x: 1 } })).rejects.toThrow('no field "x"; its fields are')
    await expect(action(form, { element: 'Clear' })).rejects.toThrow('it clears its form')
    await expect(action(form, { element: 'more', inputValue: 'x' })).rejects.toThrow("click the form's submit button")
  })

  it('means exactly the element at a path', async () => {
    const buttons = [1, 2].map((value) => ({ tag: 'button', text: { content: 'Go' }, value }))
    const card = { elements: [{ tag: 'action', actions: buttons }] }
    await click(await sendCard(card), { elementPath: '/elements/0/actions/1' })
    expect(envelopeOf(client.data.at(-1)).event.action).toEqual({ tag: 'button', value: 2 })
    await expect(click(await sendCard(card), { elementPath: '/elements/7' })).rejects.toThrow(
      'no element "/elements/7"',
    )
  })

  it('refuses uses that an element does not offer', async () => {
    const city = { tag: 'select_static', name: 'city', options: [{ value: 'bj' }] }
    await expect(action(city, { option: 'rome' })).rejects.toThrow('has no option "rome"; it has: "bj"')
    await expect(action(city, {})).rejects.toThrow('needs "option"')
    await expect(action(city, { option: 'bj', checked: true })).rejects.toThrow('takes no "checked"; it takes "option"')
    await expect(action({ ...city, disabled: true }, { option: 'bj' })).rejects.toThrow('is disabled')
    await expect(action({ tag: 'checker', name: 'mine' }, { checked: true })).rejects.toThrow('it has no behaviors')
    await expect(action(button, { formValue: {} })).rejects.toThrow('submits no form')
    await expect(action({ tag: 'input', max_length: 2 }, { inputValue: 'abc' })).rejects.toThrow('at most 2 characters')
    expect(client.data).toEqual([])
  })

  it('tells which elements there are, and refuses what no person could do', async () => {
    const messageId = await sendCard(oldCard(true))
    await expect(click(messageId, { element: 'Stop' })).rejects.toThrow('no element "Stop"; its interactive elements')
    await expect(sandbox.clickCard({ user: 'alice', messageId: 'om_1' })).rejects.toThrow('no message "om_1"')
    const link = {
      tag: 'button',
      text: { content: 'Open' },
      behaviors: [{ type: 'open_url', default_url: 'https://x' }],
    }
    const links = await sendCard({ schema: '2.0', body: { elements: [link] } })
    await expect(click(links)).rejects.toThrow('opens a link')
    const { messageId: said } = await sandbox.say({ user: 'alice', to: groupId, text: 'hi' })
    await expect(click(said)).rejects.toThrow('is no card of a bot')
    const submit = { ...button, form_action_type: 'submit' }
    const form = { tag: 'form', name: 'f', elements: [{ tag: 'input' }, submit] }
    const nameless = await sendCard({ schema: '2.0', body: { elements: [form] } })
    expect(await click(nameless, { element: 'Go' })).toMatchObject({ outcome: 'failed', code: 200530 })
    expect(client.data).toEqual([])
  })

  it('puts the card of the answer in place, for everybody or for who clicked', async () => {
    response = { toast: { type: 'success', content: 'ok' }, card: { type: 'raw', data: oldCard(true, 'done') } }
    await click(await sendCard(oldCard(true)))
    expect(await seen()).toBe('done\nGo')
    await sandbox.reset()
    response = { card: { type: 'raw', data: oldCard(false, 'done') } }
    await click(await sendCard(oldCard(false)))
    expect([await seen(), await seen('alice'), await seen('linmei')]).toEqual(['ask\nGo', 'done\nGo', 'ask\nGo'])
  })

  it('shows 200830 for an old card in place of a new one, and changes nothing', async () => {
    response = { card: { type: 'raw', data: oldCard(true, 'done') } }
    expect(await click(await sendCard(newCard()))).toMatchObject({ outcome: 'failed', code: 200830 })
    expect(await seen()).toBe('ask\nGo')
  })
})

describe('the delayed update of a card', () => {
  const update = async (body: Record<string, unknown>, as = token) =>
    (await request(sandbox, 'POST', '/open-apis/interactive/v1/card/update', { token: as, body })).body.code

  async function clickToken(card: unknown): Promise<string> {
    await click(await sendCard(card))
    return envelopeOf(client.data.at(-1)).event.token
  }

  it('works twice within 30 minutes, for the app that was clicked', async () => {
    const first = await clickToken(newCard())
    expect(await update({ token: first, card: newCard('one') }, await tenantToken(sandbox, sandbox.apps[1]))).toBe(
      200310,
    )
    expect(await update({ token: first, card: newCard('one') })).toBe(0)
    expect(await update({ token: first, card: newCard('two') })).toBe(0)
    expect(await seen()).toBe('two\nGo')
    expect(await update({ token: first, card: newCard('three') })).toBe(300040)
    expect(await update({ token: 'c-1', card: newCard() })).toBe(300020)
    expect(await update({ card: newCard() })).toBe(99992402)
    const second = await clickToken(newCard())
    await sandbox.setClock({ advanceMs: 30 * 60_000 + 1000 })
    expect(await update({ token: second, card: newCard() })).toBe(300030)
  })

  it('names the people whose card changes when it is not shared', async () => {
    const click = await clickToken(oldCard(false))
    const card = oldCard(false, 'done')
    expect(await update({ token: click, card })).toBe(300090)
    expect(await update({ token: click, card: { ...card, open_ids: ['ou_1'] } })).toBe(200320)
    expect(await update({ token: click, card: { ...card, open_ids: [openIdOf(sandbox, 'linmei')] } })).toBe(0)
    expect([await seen('alice'), await seen('linmei')]).toEqual(['ask\nGo', 'done\nGo'])
  })
})
