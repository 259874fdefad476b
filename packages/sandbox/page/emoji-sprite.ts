import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'
import { emojis, pictureId } from './src/emoji.ts'

interface IconSet {
  icons: Readonly<Record<string, { body: string }>>
}

const moduleId = '\0emoji-sprite'

/** `virtual:emoji-sprite` is the address of one SVG with a picture for each emoji of the page, whatever fonts a machine has. */
export function emojiSprite(): Plugin {
  return {
    name: 'emoji-sprite',
    resolveId: (id) => (id === 'virtual:emoji-sprite' ? moduleId : undefined),
    load(id) {
      if (id !== moduleId) return undefined
      const asset = this.emitFile({ type: 'asset', name: 'emoji.svg', source: sprite() })
      return `export default import.meta.ROLLUP_FILE_URL_${asset}`
    },
  }
}

function sprite(): string {
  const { icons } = JSON.parse(textAt(import.meta.resolve('@iconify-json/fluent-emoji-flat/icons.json'))) as IconSet
  const names = JSON.parse(textAt(import.meta.resolve('@iconify-json/fluent-emoji-flat/chars.json'))) as Readonly<
    Record<string, string>
  >
  const symbols = [...new Set(Object.values(emojis))].map((character) => {
    const icon = icons[names[pictureId(character)] ?? '']
    if (!icon) throw new Error(`Fluent Emoji has no picture for ${character} (${pictureId(character)}).`)
    return `<symbol id="${pictureId(character)}" viewBox="0 0 32 32">${icon.body}</symbol>`
  })
  const notice = '<!-- Fluent Emoji, (c) Microsoft Corporation, MIT License -->'
  return `<svg xmlns="http://www.w3.org/2000/svg">${notice}${symbols.join('')}</svg>`
}

function textAt(address: string): string {
  return readFileSync(new URL(address), 'utf8')
}
