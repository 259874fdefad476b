import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startAnsweringBot } from '../../../src/testing/answering-bot.ts'
import { describeInBrowser, saveScreenshot } from '../../../src/testing/browser.ts'
import { openSandbox, sendText, tenantToken, WireClient } from '../../../src/testing/open-sandbox.ts'

const active = (page: Page) => page.getByRole('region', { name: 'Going wrong now' })

async function openFaults(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Inspector' }).click()
  await page.getByRole('tab', { name: 'Faults' }).click()
  await active(page).getByText('Nothing goes wrong').waitFor()
}

async function add(page: Page, kind: string): Promise<void> {
  await page.getByLabel('What goes wrong').selectOption({ label: kind })
  await page.getByRole('button', { name: 'Make it happen' }).click()
}

await describeInBrowser('the faults of the page', (browser) => {
  it('happen to the next call of a bot, are counted, and show in the inspector', async () => {
    const sandbox = await openSandbox()
    await startAnsweringBot(sandbox, (text) => `you said ${text}`)
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.getByRole('button', { name: /^Larkspur/ }).click()
    await openFaults(page)
    await page.getByRole('combobox', { name: 'API' }).fill('POST /open-apis/im/v1/messages/:message_id/reply')
    await page.getByRole('textbox', { name: 'Error code' }).fill('230020')
    await page.getByLabel('Times').fill('2')
    await page.getByRole('button', { name: 'Make it happen' }).click()
    await active(page).getByText('2 left').waitFor()
    await saveScreenshot(page, 'faults')
    await page.locator('textarea').fill('hello')
    await page.keyboard.press('Enter')
    await active(page).getByText('happened 1×').waitFor()
    await page.getByRole('tab', { name: 'All', exact: true }).click()
    const call = page.getByRole('listbox').getByRole('option').filter({ hasText: '/reply' }).first()
    await call.getByText('230020').waitFor()
    await call.click()
    await page.getByRole('region', { name: 'Details', exact: true }).getByText('fault-1').waitFor()
  })

  it('are removed one by one, and all at once', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await openFaults(page)
    await page.getByLabel('Times').fill('')
    await add(page, 'Error code')
    await active(page).getByText('happened 0×').waitFor()
    await add(page, 'Mute events')
    await add(page, 'Clock runs fast')
    await active(page).getByText('×60').waitFor()
    expect(await sandbox.configure({})).toMatchObject({ muteEvents: true })
    await active(page).getByRole('button', { name: 'Remove Mute events' }).click()
    await active(page).getByText('muteEvents').waitFor({ state: 'detached' })
    await active(page).getByRole('button', { name: 'Clear all' }).click()
    await active(page).getByText('Nothing goes wrong').waitFor()
    expect(await sandbox.setClock({})).toMatchObject({ scale: 1 })
    expect((await sandbox.faultCounts()).some(({ armed }) => armed)).toBe(false)
  })

  it('drop links and void tokens at once', async () => {
    const sandbox = await openSandbox()
    const client = await WireClient.connect(sandbox)
    const token = await tenantToken(sandbox)
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await openFaults(page)
    await add(page, 'Reset the TCP connection')
    await client.until(({ closeCode }) => closeCode !== undefined)
    await add(page, 'Void all tokens')
    await page.getByText('Done: Void all tokens').waitFor()
    const { chatId } = await sandbox.say({ user: 'alice', text: 'hello' })
    expect((await sendText(sandbox, token, chatId, 'hi')).body.code).toBe(99991663)
  })

  it('say what is wrong with a figure', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await openFaults(page)
    await page.getByRole('textbox', { name: 'Error code' }).fill('many')
    await page.getByRole('button', { name: 'Make it happen' }).click()
    await page.getByText('Error code must be a number.').waitFor()
    expect(await sandbox.faultCounts()).toEqual([])
  })
})
