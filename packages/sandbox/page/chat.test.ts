import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Sandbox } from '../src/start-sandbox.ts'
import { startAnsweringBot } from '../src/testing/answering-bot.ts'
import { describeInBrowser, saveScreenshot } from '../src/testing/browser.ts'
import { apiClient, openSandbox } from '../src/testing/open-sandbox.ts'

async function chatNamed(sandbox: Sandbox, name: string): Promise<string> {
  return (await sandbox.chats()).find((chat) => chat.name === name)?.chatId ?? ''
}

const conversation = (page: Page) => page.getByRole('list', { name: 'Messages' })
const rows = (page: Page) => conversation(page).locator('li[data-message]')
const say = async (page: Page, text: string) => {
  await page.locator('textarea').fill(text)
  await page.keyboard.press('Enter')
}
const menuOf = async (page: Page, text: string, item: string) => {
  await conversation(page).getByText(text, { exact: true }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

type Box = Awaited<ReturnType<Locator['boundingBox']>>
/** By how many pixels one lies over the other; lines have some above and below their letters. */
const overlap = (one: Box, other: Box) => {
  if (!one || !other) return 0
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return Math.max(0, Math.min(width, height))
}

await describeInBrowser('the chat page', (browser) => {
  it('signs somebody in, who talks with a bot of the official SDK', async () => {
    const sandbox = await openSandbox()
    await startAnsweringBot(sandbox, (text) => `you said ${text}`)
    const page = await browser.open(sandbox.url)
    await page.getByRole('button', { name: 'Alice Martin' }).click()
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    await page.getByText('This is the beginning of your chat with Larkspur').waitFor()
    await say(page, '你好')
    await conversation(page).getByText('you said 你好').waitFor()
    expect(await rows(page).count()).toBe(2)
    await page.reload()
    await conversation(page).getByText('you said 你好').waitFor()
  })

  it('shows a second person live what is said, answered, reacted, edited and recalled', async () => {
    const sandbox = await openSandbox()
    const chatId = await chatNamed(sandbox, 'All hands')
    const open = (user: string) => browser.open(`${sandbox.url}/?user=${user}&chat=${chatId}`)
    const [alice, tomas] = [await open('alice'), await open('tomas')]
    await say(alice, 'lunch?')
    await conversation(tomas).getByText('lunch?').waitFor()
    await alice.getByText('1 of 11 read').waitFor()
    await menuOf(tomas, 'lunch?', 'Reply')
    await say(tomas, 'at noon')
    await conversation(alice).getByRole('button', { name: 'Reply to Alice Martin: lunch?' }).waitFor()
    await rows(tomas).first().hover()
    await rows(tomas).first().getByRole('button', { name: 'THUMBSUP' }).click()
    await conversation(alice).getByRole('button', { name: 'Tomás Silva reacted with 👍' }).click()
    await conversation(tomas).getByRole('button', { name: 'Tomás Silva, Alice Martin reacted with 👍' }).waitFor()
    await menuOf(alice, 'lunch?', 'Recall')
    await conversation(tomas).getByText('Alice Martin recalled a message', { exact: true }).waitFor()
    await conversation(tomas).getByText('The original message was recalled').waitFor()
    const api = apiClient(sandbox)
    const params = { receive_id_type: 'chat_id' } as const
    const data = { receive_id: chatId, msg_type: 'text', content: '{"text":"table for 2"}' }
    const sent = await api.im.v1.message.create({ params, data })
    await conversation(alice).getByText('table for 2').waitFor()
    const path = { message_id: sent.data?.message_id ?? '' }
    await api.im.v1.message.update({ path, data: { msg_type: 'text', content: '{"text":"table for 3"}' } })
    await conversation(alice).getByText('table for 3').waitFor()
    await conversation(alice).getByText('edited').waitFor()
  })

  it('keeps the tools of a message off names and words', { timeout: 60_000 }, async () => {
    const sandbox = await openSandbox()
    const chatId = await chatNamed(sandbox, 'All hands')
    for (const user of ['tomas', 'alice']) {
      await sandbox.say({ user, to: chatId, text: 'short' })
      await sandbox.say({ user, to: chatId, text: 'so long that it takes all the width there is '.repeat(6) })
    }
    for (const width of [1280, 390]) {
      const viewport = { width, height: 800 }
      const page = await browser.open(`${sandbox.url}/?user=alice&chat=${chatId}`, { viewport })
      await rows(page).nth(3).waitFor()
      for (const row of await rows(page).all()) {
        await row.hover()
        const tools = await row.getByRole('toolbar').boundingBox()
        for (const words of await conversation(page).locator('p, span, time').all()) {
          if (await words.evaluate((element) => element.closest('[role=toolbar]') === null)) {
            expect(overlap(await words.boundingBox(), tools)).toBeLessThanOrEqual(4)
          }
        }
      }
    }
  })

  it('edits own texts and rich texts, with their mentions, and shows it live', async () => {
    const sandbox = await openSandbox()
    const chatId = await chatNamed(sandbox, 'All hands')
    const open = (user: string) => browser.open(`${sandbox.url}/?user=${user}&chat=${chatId}`)
    const [alice, tomas] = [await open('alice'), await open('tomas')]
    const { messageId } = await sandbox.say({
      user: 'alice',
      to: chatId,
      text: 'ask @Tomás Silva',
      mentions: ['tomas'],
    })
    await alice.getByRole('textbox').fill('half written')
    await menuOf(alice, 'ask @Tomás Silva', 'Edit')
    const field = alice.locator('textarea')
    expect(await field.inputValue()).toBe('ask @Tomás Silva')
    await field.press('End')
    await field.pressSequentially(' tomorrow')
    await field.press('Enter')
    await conversation(tomas).getByText('tomorrow').waitFor()
    await conversation(tomas).getByText('edited').waitFor()
    expect(await field.inputValue()).toBe('half written')
    const [said] = await sandbox.messages({ chatId })
    expect(said).toMatchObject({ messageId, text: 'ask @Tomás Silva tomorrow', mentions: [{ id: 'tomas' }] })
    const content = {
      title: '',
      content: [
        [
          { tag: 'text', text: 'bold', style: ['bold'] },
          { tag: 'text', text: ' and plain' },
        ],
      ],
    }
    await sandbox.say({ user: 'alice', to: chatId, messageType: 'post', content })
    await conversation(alice).getByText('and plain').waitFor()
    await rows(alice).last().focus()
    await alice.keyboard.press('e')
    expect(await field.inputValue()).toBe('**bold** and plain')
    await alice.keyboard.press('Escape')
    expect(await field.inputValue()).toBe('half written')
  })

  it('keeps a thread beside the conversation', async () => {
    const sandbox = await openSandbox()
    const chatId = await chatNamed(sandbox, 'All hands')
    await sandbox.say({ user: 'tomas', to: chatId, text: 'topic' })
    const page = await browser.open(`${sandbox.url}/?user=alice&chat=${chatId}`)
    await menuOf(page, 'topic', 'Reply in thread')
    const thread = page.getByRole('complementary', { name: 'Thread' })
    await thread.getByRole('textbox').fill('an aside')
    await page.keyboard.press('Enter')
    await thread.getByText('an aside').waitFor()
    await page.getByRole('button', { name: '1 reply' }).waitFor()
    const said = (await sandbox.messages({ chatId })).at(-1)
    expect(said).toMatchObject({ text: 'an aside', threadId: expect.stringMatching(/^omt_/) })
  })

  it('mentions by completion, so that the bot of a group hears', async () => {
    const sandbox = await openSandbox()
    await startAnsweringBot(sandbox, () => 'here I am')
    const page = await browser.open(`${sandbox.url}/?user=alice&chat=${await chatNamed(sandbox, 'All hands')}`)
    await page.getByRole('textbox').pressSequentially('hello @Lar')
    await page.getByRole('option', { name: 'Larkspur' }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await conversation(page).getByText('here I am').waitFor()
  })

  it('completes the slash commands that the bot declared', async () => {
    const sandbox = await openSandbox()
    await startAnsweringBot(sandbox, (text) => `ran ${text}`)
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    const description = { default_value: 'Files an expense', i18n: { zh_cn: '报销' } }
    await apiClient(sandbox).request({
      method: 'POST',
      url: '/open-apis/application/v7/app_slash_commands',
      data: { command: 'expense', description },
    })
    await page.getByRole('textbox').pressSequentially('/exp')
    await page.getByRole('option', { name: '/expense Files an expense' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await conversation(page).getByText('ran /expense').waitFor()
  })

  it('shows the menu of the bot, whose entries tell an event, say a text or open a link', async () => {
    const menu = [
      { name: 'Leave', entries: [{ name: 'Ask for leave', eventKey: 'ask-leave' }] },
      { name: 'My balance', text: 'How many days are left?' },
      { name: 'Handbook', url: 'https://example.com/handbook' },
    ]
    const sandbox = await openSandbox({ apps: [{ menu }] })
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    const open = () => page.getByRole('button', { name: 'Bot menu' }).click()
    await open()
    const link = page.getByRole('link', { name: 'Handbook' })
    expect(await link.getAttribute('href')).toBe('https://example.com/handbook')
    await saveScreenshot(page, 'bot-menu')
    await page.getByRole('group', { name: 'Leave' }).getByRole('button', { name: 'Ask for leave' }).click()
    await page.getByText('The bot is told: ask-leave').waitFor()
    expect(await sandbox.deliveries()).toMatchObject([{ eventType: 'application.bot.menu_v6' }])
    await open()
    await page.getByRole('button', { name: 'My balance' }).click()
    await conversation(page).getByText('How many days are left?').waitFor()
    await open()
    await page.getByLabel('event_key of a menu entry').fill('hidden')
    await page.keyboard.press('Enter')
    await page.getByText('The bot is told: hidden').waitFor()
  })

  it('sends rich text, images and files', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    await page.getByRole('button', { name: 'Rich text' }).click()
    await say(page, '**bold** and [docs](https://open.feishu.cn)')
    await conversation(page).getByRole('link', { name: 'docs' }).waitFor()
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
      'base64',
    )
    await page
      .locator('input[type=file]')
      .last()
      .setInputFiles([
        { name: 'dot.png', mimeType: 'image/png', buffer: png },
        { name: '报告.pdf', mimeType: 'application/pdf', buffer: Buffer.from('pdf') },
      ])
    await page.getByRole('img', { name: 'dot.png' }).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await conversation(page).getByRole('link', { name: 'Download 报告.pdf' }).waitFor()
    await conversation(page).getByRole('button', { name: 'Image preview' }).click()
    await page.getByRole('dialog', { name: 'Image preview' }).waitFor()
    const [chat] = (await sandbox.chats()).filter(({ type }) => type === 'p2p')
    const said = await sandbox.messages({ chatId: chat?.chatId ?? '' })
    expect(said.map(({ messageType }) => messageType)).toEqual(['post', 'image', 'file'])
    expect(JSON.parse(said[0]?.content ?? '').content[0]).toEqual([
      { tag: 'text', text: 'bold', style: ['bold'] },
      { tag: 'text', text: ' and ' },
      { tag: 'a', text: 'docs', href: 'https://open.feishu.cn' },
    ])
  })

  it('counts unread messages, goes to chats by keyboard and makes groups', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByText('Pick a chat to begin').waitFor()
    await sandbox.say({ user: 'tomas', to: await chatNamed(sandbox, 'All hands'), text: 'news' })
    await page.getByRole('button', { name: 'All hands' }).getByText('1', { exact: true }).waitFor()
    await page.waitForFunction("document.title.startsWith('(1)')")
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('hands')
    await page.keyboard.press('Enter')
    await conversation(page).getByText('news').waitFor()
    await page.waitForFunction("!document.title.startsWith('(')")
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByRole('menuitem', { name: 'New group' }).click()
    await page.getByLabel('Group name').fill('发布小组')
    await page.getByRole('checkbox', { name: 'Tomás Silva' }).check()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: '发布小组' }).waitFor()
    expect((await sandbox.chats()).at(-1)).toMatchObject({ userIds: ['alice', 'tomas'] })
  })

  it('goes to any bot, and tells what is said in chats that are not open', async () => {
    const sandbox = await openSandbox({ apps: [{ name: 'Larkspur' }, { name: 'Payroll' }] })
    const chatId = await chatNamed(sandbox, 'All hands')
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: 'New chat' }).click()
    await page.getByRole('menuitem', { name: 'Payroll' }).click()
    await page.getByText('This is the beginning of your chat with Payroll').waitFor()
    await page.locator('textarea:focus').waitFor()
    await sandbox.say({ user: 'tomas', to: chatId, text: 'old news' })
    await page.getByRole('button', { name: 'New message from Tomás Silva' }).waitFor()
    await sandbox.say({ user: 'tomas', to: chatId, text: 'fresh news' })
    await expect.poll(() => page.title()).toMatch(/^\(2\)/)
    await saveScreenshot(page, 'new-message')
    await page.getByRole('button', { name: 'New message from Tomás Silva' }).getByText('fresh news').click()
    await conversation(page).getByText('fresh news').waitFor()
    expect(await page.getByRole('button', { name: /^New message/ }).count()).toBe(0)
  })

  it('pages through a long history and keeps few messages in the page', async () => {
    const sandbox = await openSandbox()
    const chatId = await chatNamed(sandbox, 'All hands')
    for (let i = 0; i < 10_000; i += 1) await sandbox.say({ user: 'tomas', to: chatId, text: `message ${i}` })
    const page = await browser.open(`${sandbox.url}/?user=alice&chat=${chatId}`)
    await conversation(page).getByText('message 9999').waitFor()
    await rows(page).last().hover()
    // Until more than the page keeps at once has gone by.
    for (let scrolls = 0; (await conversation(page).getByText('message 9999').count()) > 0; scrolls += 1) {
      expect(scrolls).toBeLessThan(300)
      await page.mouse.wheel(0, -3000)
      await page.waitForTimeout(10)
    }
    expect(await rows(page).count()).toBeLessThanOrEqual(320)
    await page.getByRole('button', { name: 'To the newest messages' }).click()
    await conversation(page).getByText('message 9999').waitFor()
  })

  it('says that the bot is away, and pushes what it missed when it is back', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    const banner = page.getByText('Larkspur is not connected.')
    await banner.waitFor()
    await say(page, 'are you there?')
    await conversation(page).getByText('are you there?').waitFor()
    await startAnsweringBot(sandbox, () => 'now I am')
    await page.getByRole('button', { name: 'Push now' }).click()
    await conversation(page).getByText('now I am').waitFor()
    expect(await banner.count()).toBe(0)
    await sandbox.dropLinks()
    await banner.waitFor()
  })

  it('says that the sandbox is gone, and keeps what was typed', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    await page.getByRole('textbox').fill('anybody?')
    await sandbox.close()
    await page.getByRole('alert').getByText('The connection to the sandbox is lost').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Not sent: The sandbox does not answer').waitFor()
    expect(await page.getByRole('textbox').inputValue()).toBe('anybody?')
  })

  it('speaks Chinese where the browser does, and changes language and colours at a click', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`, { locale: 'zh-CN', colorScheme: 'dark' })
    await page.getByText('选择一个会话开始聊天').waitFor()
    const theme = () => page.locator('html').getAttribute('data-theme')
    expect(await theme()).toBe('dark')
    await page.getByRole('button', { name: '外观' }).click()
    await page.getByRole('menuitem', { name: '浅色' }).click()
    expect(await theme()).toBe('light')
    await page.getByRole('button', { name: '语言' }).click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await page.getByText('Pick a chat to begin').waitFor()
  })
})
