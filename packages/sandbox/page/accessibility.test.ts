import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Sandbox } from '../src/start-sandbox.ts'
import { describeInBrowser, saveScreenshot } from '../src/testing/browser.ts'
import { apiClient, openSandbox } from '../src/testing/open-sandbox.ts'
import { form } from './src/card/gallery/control-cards.ts'
import { markdown, report } from './src/card/gallery/display-cards.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe finds that keeps people out: where, and why. */
async function seriousTroubles(page: Page): Promise<string[]> {
  // Through the debugger, because the page's security policy forbids what was not served with it.
  const debug = await page.context().newCDPSession(page)
  await debug.send('Runtime.evaluate', { expression: axe })
  // Colours that a bot gives to words are the platform's, and its own choice.
  const expression = `axe.run({ exclude: ['[style*="color: var(--card"]'] }, { resultTypes: ['violations'] })`
  const answer = await debug.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
  const { violations } = answer.result.value as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`))
}

/** A conversation with everything in it: a card, a rich text, a reply, a reaction, an edit and people who came. */
async function fullGroup(sandbox: Sandbox): Promise<string> {
  const apps = sandbox.apps.map(({ appId }) => appId)
  const { chatId } = await sandbox.createChat({ name: 'Launch', users: ['alice', 'linmei'], apps })
  await sandbox.addMembers({ user: 'alice', chatId, users: ['tomas'] })
  const post = {
    title: 'Plan',
    content: [
      [
        { tag: 'text', text: 'Monday ' },
        { tag: 'a', text: 'page', href: 'https://a.com' },
      ],
    ],
  }
  const { messageId } = await sandbox.say({ user: 'tomas', to: chatId, messageType: 'post', content: post })
  await sandbox.say({ user: 'alice', to: chatId, text: 'yes', replyTo: messageId })
  await sandbox.react({ user: 'alice', messageId, emojiType: 'THUMBSUP' })
  const said = await sandbox.say({ user: 'alice', to: chatId, text: 'first' })
  await sandbox.edit({ user: 'alice', messageId: said.messageId, text: 'see @林梅', mentions: ['linmei'] })
  for (const card of [markdown, report, form]) {
    const data = { receive_id: chatId, msg_type: 'interactive', content: JSON.stringify(card) }
    await apiClient(sandbox).im.v1.message.create({ params: { receive_id_type: 'chat_id' }, data })
  }
  return chatId
}

await describeInBrowser('accessibility of the page', (browser) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious trouble in its ${colorScheme} colours`, async () => {
      const sandbox = await openSandbox()
      const chatId = await fullGroup(sandbox)
      const signIn = await browser.open(sandbox.url, { colorScheme })
      await signIn.getByText('Alice Martin').waitFor()
      expect(await seriousTroubles(signIn)).toEqual([])
      const page = await browser.open(`${sandbox.url}/?user=alice&chat=${chatId}`, { colorScheme })
      await page.getByRole('list', { name: 'Messages' }).getByText('see').waitFor()
      expect(await seriousTroubles(page)).toEqual([])
      await page.getByRole('button', { name: 'Group info' }).click()
      await page.getByText('People · 3').waitFor()
      await saveScreenshot(page, `accessibility-${colorScheme}`)
      expect(await seriousTroubles(page)).toEqual([])
    })
  }

  it('fits a phone from its first word to its last', async () => {
    const sandbox = await openSandbox()
    const viewport = { width: 390, height: 780 }
    const page = await browser.open(sandbox.url, { viewport })
    const title = await page.getByRole('heading', { name: 'Who are you?' }).boundingBox()
    expect(title?.y).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Xia Wu' }).click()
    await page.getByRole('button', { name: 'All hands' }).click()
    await page.getByRole('textbox').waitFor()
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(390)
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('button', { name: 'All hands' }).waitFor()
  })

  it('moves little for those who ask for it', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(`${sandbox.url}/?user=alice`)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.getByRole('button', { name: 'Language' }).click()
    const menu = page.getByRole('menu')
    await menu.waitFor()
    const animations = await menu.evaluate((element) =>
      element.getAnimations({ subtree: true }).map(({ effect }) => effect?.getTiming().duration),
    )
    expect(animations.filter((duration) => Number(duration) > 1)).toEqual([])
  })
})
