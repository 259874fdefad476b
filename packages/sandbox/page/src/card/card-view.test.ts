import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, saveScreenshot } from '../../../src/testing/browser.ts'
import { serveGallery } from './gallery/gallery-server.ts'

let gallery: Awaited<ReturnType<typeof serveGallery>>

beforeAll(async () => {
  gallery = await serveGallery()
})
afterAll(() => gallery.close())

await describeInBrowser('the gallery of cards', (browser) => {
  it.each([
    ['light', 'en'],
    ['dark', 'zh'],
  ] as const)('is drawn in %s colours, locale %s', async (colorScheme, locale) => {
    const page = await browser.open(`${gallery.url}?locale=${locale}`, {
      colorScheme,
      viewport: { width: 1340, height: 900 },
    })
    await page.getByRole('heading', { name: '2.0 streaming' }).waitFor()
    expect(await page.evaluate('window.hacked')).toBe(undefined)
    await saveScreenshot(page, `cards-${colorScheme}-${locale}`)
  })
})
