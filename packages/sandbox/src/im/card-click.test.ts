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
    const action = async (element: Record<string, unknown>, more: Partial<ClickOptions>) => {
      await click(await sendCard({ schema: '2.0', body: { elements: [element] } }), more)
      return envelopeOf(client.data.at(-1)).event.action
    }
    const select = { tag: 'select_static', name: 'city', options: [] }
    expect(await action(select, { option: 'bj' })).toEqual({ tag: 'select_static', name: 'city', option: 'bj' })
    const date = { tag: 'date_picker', name: 'day' }
    expect(await action(date, { option: '2024-04-01 +0800' })).toMatchObject({ timezone: 'Asia/Shanghai' })
    expect(await action({ tag: 'checker', name: 'done' }, { checked: true })).toMatchObject({ checked: true })
    expect(await action({ tag: 'input', name: 'note' }, { inputValue: 'hi' })).toMatchObject({ input_value: 'hi' })
    const several = { tag: 'multi_select_static', name: 'cities' }
    expect(await action(several, { options: ['a', 'b'] })).toMatchObject({ options: ['a', 'b'] })
    const submit = { tag: 'button', name: 'send', text: { content: 'Send' }, form_action_type: 'submit' }
    const form = { tag: 'form', name: 'f', elements: [{ tag: 'input', name: 'note' }, submit] }
    const filled = await action(form, { element: 'Send', formValue: { note: 'hi' } })
    expect(filled).toEqual({ tag: 'button', name: 'send', form_value: { note: 'hi' } })
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
    const form = { tag: 'form', name: 'f', elements: [{ tag: 'input' }, button] }
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
