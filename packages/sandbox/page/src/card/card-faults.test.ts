import { expect, it } from 'vitest'
import { describeInBrowser } from '../../../src/testing/browser.ts'
import { cards } from './gallery/cards.ts'
import { useGallery } from './gallery/open-gallery.ts'

type Node = Record<string, unknown>

const replacements: unknown[] = [null, 7, 'text', true, [], {}, [null], [['deep']], { tag: 7 }]

/** Copies of a card, each with one thing in it replaced by something that does not belong there. */
function* broken(card: Node): Generator<Node> {
  const places: string[][] = []
  const visit = (value: unknown, path: string[]) => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, part] of Object.entries(value)) {
      places.push([...path, key])
      visit(part, [...path, key])
    }
  }
  visit(card, [])
  // Every tenth place: all of them take half a minute.
  for (const [index, place] of places.entries()) {
    if (index % 10 !== 0) continue
    const copy = structuredClone(card)
    const parent = place.slice(0, -1).reduce<Node>((node, key) => node[key] as Node, copy)
    parent[place.at(-1) ?? ''] = replacements[index % replacements.length]
    yield copy
  }
}

await describeInBrowser('a card with mistakes', (browser) => {
  const show = useGallery(browser)

  it('shows the rest, or says what is wrong, whatever stands in a field', async () => {
    const { page } = await show({})
    const all = Object.values(cards).flatMap((card) => [...broken(card)])
    const failed = await page.evaluate(`(async () => {
      const failed = []
      for (const card of ${JSON.stringify(all)}) {
        gallery.show(card)
        await new Promise((resolve) => setTimeout(resolve))
        const box = document.querySelector('main [role="alert"] p')
        const known = /^(schema is|body.elements is|.* is no list)/
        if (!document.querySelector('main article, main code') && !(box && known.test(box.textContent))) {
          failed.push((box?.textContent ?? 'nothing') + ' ' + JSON.stringify(card).slice(0, 3000))
        }
      }
      return failed
    })()`)
    expect(failed).toEqual([])
  })
})
