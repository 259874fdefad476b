import { expect, it } from 'vitest'
import { describeInBrowser, saveScreenshot } from '../../../src/testing/browser.ts'
import { layout, markdown, report, streaming } from './gallery/display-cards.ts'
import { approval } from './gallery/old-cards.ts'
import { useGallery } from './gallery/open-gallery.ts'

const body = (...elements: unknown[]) => ({ schema: '2.0', body: { elements } })
const words = (content: string) => ({ tag: 'plain_text', content })

await describeInBrowser('a card in the page', (browser) => {
  const show = useGallery(browser)

  it.each([
    ['light', 'en', 'Who is on duty'],
    ['dark', 'zh', 'Who is on duty'],
  ] as const)('is drawn in %s colours, language %s', async (colorScheme, locale, last) => {
    const options = { colorScheme, viewport: { width: 1340, height: 900 }, query: `?all&locale=${locale}` }
    const { page } = await show({}, options)
    await page.getByRole('heading', { name: last }).waitFor()
    await saveScreenshot(page, `cards-${colorScheme}-${locale}`)
  })

  it('of schema 1.0 speaks the language of who looks at it', async () => {
    const { page } = await show(approval)
    await page.getByRole('heading', { name: 'Purchase request waits for approval' }).waitFor()
    const zh = await show(approval, { query: '?one&locale=zh' })
    await zh.page.getByRole('heading', { name: '采购申请待审批' }).waitFor()
    expect(await zh.page.getByRole('button', { name: '同意' }).count()).toBe(1)
  })

  it('runs nothing that a bot wrote into its text, and leads nowhere unsafe', async () => {
    const { page } = await show(markdown)
    await page.getByText('<script>window.hacked = true</script>').waitFor()
    expect(await page.evaluate('window.hacked')).toBe(undefined)
    expect(await page.locator('article script, article [onerror]').count()).toBe(0)
    expect(await page.getByText('a trap').getAttribute('href')).toBe(null)
    const link = page.getByRole('link', { name: '文档' })
    expect([await link.getAttribute('href'), await link.getAttribute('rel')]).toEqual([
      'https://example.com/doc',
      'noopener noreferrer',
    ])
  })

  it('reads the markdown of the platform', async () => {
    const { page } = await show(markdown)
    await page.getByRole('heading', { name: '本周进展' }).waitFor()
    await page.getByText('@Alice Chen').waitFor()
    await page.getByText('已上线', { exact: true }).waitFor()
    await page.getByRole('img', { name: 'OK', exact: true }).waitFor()
    await page.getByRole('cell', { name: '30 h' }).waitFor()
    await page.getByText('11/21/2025').waitFor()
    expect(await page.locator('pre code').textContent()).toContain('await bot.start()')
  })

  it('names an element that it does not know, and shows the rest', async () => {
    const { page } = await show(body({ tag: 'hologram', text: 'x' }, { tag: 'markdown', content: 'still here' }))
    await page.getByText('Unsupported component').waitFor()
    await page.getByText('hologram', { exact: true }).waitFor()
    await page.getByText('still here').waitFor()
  })

  it('says what is wrong with a card that cannot be shown, until a right one comes', async () => {
    const { page, update } = await show({ schema: '2.0' })
    await page.getByRole('alert').getByText('body.elements is missing').waitFor()
    await update({ schema: '3.0' })
    await page.getByText('schema is "3.0"').waitFor()
    await update({ type: 'template', data: { template_id: 'AAq1' } })
    await page.getByText('AAq1').waitFor()
    await update(body({ tag: 'markdown', content: 'right again' }))
    await page.getByText('right again').waitFor()
    await update(
      body(
        { tag: 'table', columns: 7, rows: 'x' },
        { tag: 'img' },
        42,
        { tag: 'select_static', options: 3 },
        { tag: 'chart' },
      ),
    )
    await page.getByText('No data').first().waitFor()
  })

  it('turns the pages of a table, and draws charts with their data', async () => {
    const { page } = await show(report)
    await page.getByRole('cell', { name: '¥12,345.60' }).waitFor()
    expect(await page.getByRole('cell', { name: 'Red Fox' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.getByRole('cell', { name: 'Red Fox' }).waitFor()
    await page.getByText('2 / 3').waitFor()
    const bars = page.getByRole('img', { name: 'Orders by quarter' })
    expect(await bars.locator('rect').count()).toBe(8)
    await page.getByText('View data').first().click()
    await page.getByRole('cell', { name: 'North' }).first().waitFor()
    // No drawing for this kind: its data stands there at once.
    await page.getByRole('cell', { name: 'TypeScript' }).waitFor()
  })

  it('shows a table whose numbers should have more digits than there are', async () => {
    const column = (name: string, precision: number) => ({ name, data_type: 'number', format: { precision } })
    const columns = [column('a', 500), column('b', -3)]
    const { page } = await show(body({ tag: 'table', columns, rows: [{ a: 1.5, b: 2.5 }] }))
    await page.getByRole('cell', { name: '1.5000000000' }).waitFor()
    await page.getByRole('cell', { name: '3', exact: true }).waitFor()
  })

  it('opens and closes a panel, by mouse and keyboard', async () => {
    const { page } = await show(layout)
    const head = page.getByRole('button', { name: 'Reasoning' })
    const text = page.getByText('First, second, third.')
    expect(await text.isVisible()).toBe(false)
    await head.click()
    expect(await text.isVisible()).toBe(true)
    await head.press('Enter')
    expect(await text.isVisible()).toBe(false)
  })

  it('types out text that grows while it streams, and shows the rest at once when it ends', async () => {
    const { page, update } = await show(streaming)
    await page.getByText('Thinking about', { exact: true }).waitFor()
    const answer = `Thinking about ${'words that come one after another '.repeat(20)}`
    const grown = (config: object) => ({
      ...streaming,
      config,
      body: { elements: [{ ...streaming.body.elements[0], content: answer }] },
    })
    await page.evaluate(`window.seen = new Set(); new MutationObserver(() => {
      seen.add(document.querySelector('article').innerText.length)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })`)
    await update(grown(streaming.config))
    await page.waitForFunction('seen.size > 3')
    await update(grown({ streaming_mode: false }))
    await page.getByText(answer.trim()).waitFor()
  })

  it('shows words in place of an image that is gone, and a large view of one that is there', async () => {
    const { page } = await show(
      body(
        { tag: 'img', img_key: 'missing', alt: words('Gone') },
        { tag: 'img', img_key: 'img_1', alt: words('Hill') },
      ),
    )
    await page.getByRole('img', { name: 'Gone' }).waitFor()
    await page.getByRole('button', { name: 'View larger: Hill' }).click()
    await page.getByRole('dialog', { name: 'Hill' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
