import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, saveScreenshot } from '../src/testing/browser.ts'
import { firstApp, openSandbox } from '../src/testing/open-sandbox.ts'

const conversation = (page: Page) => page.getByRole('list', { name: 'Messages' })
const info = (page: Page) => page.getByRole('complementary', { name: 'Group info' })

await describeInBrowser('groups on the page', (browser) => {
  it('show live who came, who went and what the group is called', async () => {
    const sandbox = await openSandbox()
    const { chatId } = await sandbox.createChat({ name: 'Trip', users: ['alice', 'linmei'], apps: [] })
    const open = (user: string, locale = 'en-US') => {
      return browser.open(`${sandbox.url}/?user=${user}&chat=${chatId}`, { locale })
    }
    const [alice, linmei] = [await open('alice'), await open('linmei', 'zh-CN')]
    await alice.getByRole('button', { name: 'Group info' }).click()
    await info(alice).getByRole('button', { name: 'Add people' }).click()
    await alice.getByRole('checkbox', { name: 'Tomás Silva' }).check()
    await alice.getByRole('checkbox', { name: 'Fang Wang' }).check()
    await alice.getByRole('button', { name: 'Add', exact: true }).click()
    await conversation(alice).getByText('Alice Martin invited Tomás Silva, Fang Wang to this group').waitFor()
    await linmei.getByText('Alice Martin邀请Tomás Silva、王芳加入了群聊').last().waitFor()
    await info(alice).getByText('People · 4').waitFor()
    await info(alice).getByRole('button', { name: 'Remove Fang Wang' }).click()
    await info(alice).getByText('People · 3').waitFor()
    await info(alice).getByRole('button', { name: 'Add bot' }).click()
    await alice.getByRole('menuitem', { name: 'Larkspur' }).click()
    await info(alice).getByRole('button', { name: 'Remove Larkspur' }).waitFor()
    await info(alice).getByRole('button', { name: 'Rename' }).click()
    await info(alice).getByRole('textbox', { name: 'Group name' }).fill('Journey')
    await alice.keyboard.press('Enter')
    await linmei.getByRole('heading', { name: 'Journey' }).waitFor()
    await linmei.getByText('Alice Martin将群名修改为「Journey」').last().waitFor()
    const [chat] = (await sandbox.chats()).filter((each) => each.chatId === chatId)
    expect(chat).toMatchObject({ userIds: ['alice', 'linmei', 'tomas'], appIds: [firstApp(sandbox).appId] })
    await saveScreenshot(alice, 'group-info')
    expect(await linmei.title()).not.toContain('(')
  })

  it('end for who leaves, and for everybody when the owner disbands them', async () => {
    const sandbox = await openSandbox()
    const { chatId } = await sandbox.createChat({ name: 'Trip', users: ['alice', 'linmei', 'tomas'], apps: [] })
    const open = (user: string) => browser.open(`${sandbox.url}/?user=${user}&chat=${chatId}`)
    const [alice, tomas] = [await open('alice'), await open('tomas')]
    for (const page of [alice, tomas]) await page.getByRole('button', { name: 'Group info' }).click()
    expect(await info(tomas).getByRole('button', { name: 'Disband group' }).count()).toBe(0)
    await info(tomas).getByRole('button', { name: 'Leave group' }).click()
    await tomas.getByRole('dialog').getByRole('button', { name: 'Leave group' }).click()
    await tomas.getByText('Pick a chat to begin').waitFor()
    await conversation(alice).getByText('Tomás Silva left this group').waitFor()
    await info(alice).getByRole('button', { name: 'Disband group' }).click()
    await alice.getByRole('dialog').getByRole('button', { name: 'Disband group' }).click()
    await alice.getByText('Pick a chat to begin').waitFor()
    expect(await alice.getByRole('button', { name: 'Trip' }).count()).toBe(0)
  })
})
