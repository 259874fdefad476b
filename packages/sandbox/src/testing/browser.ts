import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { findBrowser } from './installed-browser.ts'

// By the families that the page asks for; test machines rarely have fonts with Chinese or emoji.
const fonts: Record<string, string> = {
  'Noto Sans SC': import.meta.resolve('@fontsource-variable/noto-sans-sc/index.css'),
  'Noto Color Emoji': import.meta.resolve('@fontsource-variable/noto-emoji/index.css'),
}
const fontPath = '/fonts-of-tests/'

/** How a page is looked at. */
export interface PageOptions {
  /** Default `light`. */
  colorScheme?: 'light' | 'dark'
  /** Default `en-US`. */
  locale?: string
  /** Default 1280 × 800. */
  viewport?: { width: number; height: number }
}

/** The browser of one test file; pages are closed after each test. */
export interface TestBrowser {
  /**
   * Opens a page of its own session and waits for it to load. Errors in the page and requests to other machines fail the test
   * at its end.
   */
  open(url: string, options?: PageOptions): Promise<Page>
}

/**
 * A suite in a real browser; where none can run, the suite is skipped and its title says why.
 *
 * @param define declares the tests, as the function of `describe` does
 */
export async function describeInBrowser(title: string, define: (browser: TestBrowser) => void): Promise<void> {
  const found = await findBrowser()
  if ('missing' in found) {
    describe.skip(`${title} (skipped: ${found.missing})`, () => define({ open: () => Promise.reject(new Error()) }))
    return
  }
  // A browser beside other work misses its turn now and then; twice in a row is a fault.
  describe(title, { retry: 1 }, () => {
    let browser: Browser
    const contexts: BrowserContext[] = []
    const troubles: string[] = []
    beforeAll(async () => {
      // A test machine runs as root often, where Chrome's own sandbox cannot start.
      browser = await chromium.launch({ executablePath: found.path, chromiumSandbox: false })
    })
    afterAll(() => browser?.close())
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()))
      const seen = troubles.splice(0)
      if (seen.length > 0) throw new Error(`The page had trouble:\n${seen.join('\n')}`)
    })
    define({
      async open(url, { colorScheme = 'light', locale = 'en-US', viewport = { width: 1280, height: 800 } } = {}) {
        const context = await browser.newContext({ colorScheme, locale, viewport, timezoneId: 'Asia/Shanghai' })
        contexts.push(context)
        // A busy machine draws slowly.
        context.setDefaultTimeout(15_000)
        await keepLocal(context, troubles)
        await addFonts(context)
        const page = await context.newPage()
        page.on('pageerror', (error) => troubles.push(`uncaught: ${error.stack ?? error.message}`))
        await page.goto(url)
        return page
      },
    })
  })
}

/** Saves a picture of the page for people, in the folder that `SCREENSHOTS` names (default: one in the system's temporary folder). */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS ?? join(tmpdir(), 'larkspur-screenshots')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: 'disabled' })
}

async function keepLocal(context: BrowserContext, troubles: string[]): Promise<void> {
  await context.route(
    (url) => url.protocol.startsWith('http') && !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname),
    (route) => {
      troubles.push(`asked another machine: ${route.request().url()}`)
      return route.abort()
    },
  )
}

/** Gives pages fonts, from their own origin so that their security policy allows them. */
async function addFonts(context: BrowserContext): Promise<void> {
  const files = new Map<string, string>()
  const rules = Object.entries(fonts).map(([family, address]) => {
    const path = fileURLToPath(address)
    return readFileSync(path, 'utf8')
      .replaceAll(/font-family: '[^']+'/g, `font-family: '${family}'`)
      .replaceAll(/\.\/files\/([\w.[\]-]+)/g, (_, file: string) => {
        files.set(file, join(dirname(path), 'files', file))
        return fontPath + file
      })
  })
  await context.route(`**${fontPath}*`, (route) => {
    const path = files.get(new URL(route.request().url()).pathname.slice(fontPath.length))
    return path === undefined ? route.abort() : route.fulfill({ path })
  })
  // Text, because this project's types know no document.
  const addRules = `const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets.push(sheet)`
  await context.addInitScript(`{ const rules = ${JSON.stringify(rules.join('\n'))}; ${addRules} }`)
}
