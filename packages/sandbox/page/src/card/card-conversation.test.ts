import { EventDispatcher, WSClient } from '@larksuiteoapi/node-sdk'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Sandbox } from '../../../src/start-sandbox.ts'
import { describeInBrowser, saveScreenshot } from '../../../src/testing/browser.ts'
import { afterTest, apiClient, firstApp, openIdOf, openSandbox, silent } from '../../../src/testing/open-sandbox.ts'
import { form } from './gallery/control-cards.ts'

interface CardEvent {
  action: Record<string, unknown>
}

const plain = (content: string) => ({ tag: 'plain_text', content })
const question = {
  schema: '2.0',
  header: { template: 'blue', title: plain('Lunch?') },
  body: {
    elements: ['Rice', 'Noodles'].map((dish) => ({
      tag: 'button',
      type: 'primary',
      text: plain(dish),
      behaviors: [{ type: 'callback', value: { dish } }],
    })),
  },
}

async function startBot(sandbox: Sandbox, answer: (event: CardEvent) => unknown): Promise<void> {
  const { appId, appSecret } = firstApp(sandbox)
  const client = new WSClient({ appId, appSecret, domain: sandbox.url, logger: silent })
  afterTest(() => client.close({ force: true }))
  await client.start({
    eventDispatcher: new EventDispatcher({ logger: silent }).register({ 'card.action.trigger': answer }),
  })
  await sandbox.waitForLinks()
}

async function sendCard(sandbox: Sandbox, card: unknown): Promise<string> {
  const sent = await apiClient(sandbox).im.v1.message.create({
    params: { receive_id_type: 'open_id' },
    data: { receive_id: openIdOf(sandbox, 'alice'), msg_type: 'interactive', content: JSON.stringify(card) },
  })
  return sent.data?.chat_id ?? ''
}

/** The card in the conversation; its words stand in the list of chats as well. */
const card = (page: Page) => page.getByRole('article')

await describeInBrowser('a card between a person and a bot of the official SDK', (browser) => {
  const look = async (sandbox: Sandbox, chatId: string) => {
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.locator(`[data-chat="${chatId}"]`).click()
    return page
  }

  it('a click reaches the bot, whose toast and card show', async () => {
    const sandbox = await openSandbox()
    const events: CardEvent[] = []
    await startBot(sandbox, (event) => {
      events.push(event)
      const done = { ...question, body: { elements: [{ tag: 'markdown', content: '**Noodles** it is' }] } }
      return { toast: { type: 'success', content: 'Noted' }, card: { type: 'raw', data: done } }
    })
    const page = await look(sandbox, await sendCard(sandbox, question))
    await card(page).getByRole('button', { name: 'Noodles' }).click()
    await page.getByText('Noted').waitFor()
    await card(page).getByText('Noodles it is').waitFor()
    await saveScreenshot(page, 'card-answered')
    expect(events).toMatchObject([{ action: { tag: 'button', value: { dish: 'Noodles' } } }])
  })

  it('a form is submitted to the bot', async () => {
    const sandbox = await openSandbox()
    const submitted = Promise.withResolvers<CardEvent>()
    await startBot(sandbox, (event) => submitted.resolve(event))
    const elements = form.body.elements[0]?.elements.filter(({ name }) => ['name', 'lunch'].includes(name ?? '')) ?? []
    const send = { tag: 'button', name: 'send', text: plain('Register'), form_action_type: 'submit' }
    const visitor = {
      schema: '2.0',
      body: { elements: [{ tag: 'form', name: 'visitor', elements: [...elements, send] }] },
    }
    const page = await look(sandbox, await sendCard(sandbox, visitor))
    await card(page).getByRole('textbox', { name: 'Name' }).fill('Ada')
    await card(page).getByRole('button', { name: 'Register' }).click()
    expect((await submitted.promise).action).toMatchObject({ name: 'send', form_value: { name: 'Ada', lunch: true } })
  })

  it('a bot that does not answer in time, or is not there, shows as an error, and the card can be used again', async () => {
    const sandbox = await openSandbox({ settings: { ackWindowMs: 100 } })
    const chatId = await sendCard(sandbox, question)
    const page = await look(sandbox, chatId)
    await card(page).getByRole('button', { name: 'Rice' }).click()
    await page.getByText('200340').waitFor()
    const silence = Promise.withResolvers<void>()
    await startBot(sandbox, () => silence.promise)
    await card(page).getByRole('button', { name: 'Rice' }).click()
    await page.getByText('200341').waitFor()
    await saveScreenshot(page, 'card-timeout')
    silence.resolve()
    await card(page).locator('button[aria-disabled="true"]', { hasText: 'Rice' }).waitFor({ state: 'detached' })
  })

  it('a card that the bot changes by itself changes on the page', async () => {
    const sandbox = await openSandbox()
    const chatId = await sendCard(sandbox, { ...question, config: { update_multi: true } })
    const page = await look(sandbox, chatId)
    await card(page).getByRole('button', { name: 'Rice' }).waitFor()
    const [message] = await sandbox.messages({ chatId })
    const content = JSON.stringify({
      schema: '2.0',
      config: { update_multi: true },
      body: { elements: [{ tag: 'markdown', content: 'The kitchen is closed' }] },
    })
    await apiClient(sandbox).im.v1.message.patch({ path: { message_id: message?.messageId ?? '' }, data: { content } })
    await card(page).getByText('The kitchen is closed').waitFor()
  })

  it('text that a bot streams into a card is typed out, and the card can be clicked after', async () => {
    const sandbox = await openSandbox()
    const events: CardEvent[] = []
    await startBot(sandbox, (event) => void events.push(event))
    const api = apiClient(sandbox)
    const [button] = question.body.elements
    const streaming = {
      schema: '2.0',
      config: { streaming_mode: true, streaming_config: { print_frequency_ms: { default: 10 } } },
      body: { elements: [{ tag: 'markdown', element_id: 'answer', content: 'Thinking' }, button] },
    }
    const made = await api.cardkit.v1.card.create({ data: { type: 'card_json', data: JSON.stringify(streaming) } })
    const cardId = made.data?.card_id ?? ''
    const page = await look(sandbox, await sendCard(sandbox, { type: 'card', data: { card_id: cardId } }))
    await card(page).getByText('Thinking', { exact: true }).waitFor()
    const path = { card_id: cardId, element_id: 'answer' }
    const content = 'Thinking has led to **rice**, after a while of thought about noodles.'
    await api.cardkit.v1.cardElement.content({ path, data: { content, sequence: 1 } })
    await card(page).getByText('a while of thought about noodles.').waitFor()
    const settings = JSON.stringify({ config: { streaming_mode: false } })
    await api.cardkit.v1.card.settings({ path, data: { settings, sequence: 2 } })
    await card(page).getByRole('button', { name: 'Rice' }).click()
    await card(page).locator('[aria-busy="true"]').waitFor({ state: 'detached' })
    expect(events).toMatchObject([{ action: { tag: 'button', value: { dish: 'Rice' } } }])
  })
})
