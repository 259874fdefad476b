import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { PageOptions, TestBrowser } from '../../../../src/testing/browser.ts'
import type { CardAction } from '../card-view.tsx'
import { serveGallery } from './gallery-server.ts'

/** The gallery in a browser, with one card. */
export interface ShownCard {
  page: Page
  /** Puts another version of the card in place. */
  update: (card: Record<string, unknown>) => Promise<void>
  /** What was done with the card so far. */
  actions: () => Promise<CardAction[]>
}

/** Serves the gallery to the tests of a suite; the returned function shows one card of it. */
export function useGallery(browser: TestBrowser) {
  let gallery: Awaited<ReturnType<typeof serveGallery>>
  beforeAll(async () => {
    gallery = await serveGallery()
  })
  afterAll(() => gallery.close())
  return async (card: Record<string, unknown>, options: PageOptions & { query?: string } = {}): Promise<ShownCard> => {
    const page = await browser.open(`${gallery.url}${options.query ?? '?one'}`, {
      viewport: { width: 700, height: 900 },
      ...options,
    })
    const update = (next: Record<string, unknown>) =>
      page.evaluate(`gallery.show(${JSON.stringify(next)})`).then(() => {})
    await update(card)
    return { page, update, actions: () => page.evaluate('gallery.actions') as Promise<CardAction[]> }
  }
}
