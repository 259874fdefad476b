import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, saveScreenshot } from './browser.ts'

const html = `<!doctype html><meta charset="utf-8"><body style="font: 20px 'Noto Sans SC', sans-serif">
<p>你好，世界</p><button style="font: inherit" onclick="this.textContent = '点过了'">点我</button>`

const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html))
let url: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

await describeInBrowser('a browser in tests', (browser) => {
  it('clicks, and shows Chinese in a font that has it', async () => {
    const page = await browser.open(url)
    await page.getByRole('button', { name: '点我' }).click()
    expect(await page.getByRole('button').textContent()).toBe('点过了')
    expect(await page.evaluate(`document.fonts.check("20px 'Noto Sans SC'", "世")`)).toBe(true)
    await saveScreenshot(page, 'browser')
  })
})
