import { type Json, objectOf, textOf } from '../../../src/im/card-json.ts'

const names = new Set(
  'blue carmine green indigo lime orange purple red sunflower turquoise violet wathet yellow grey neutral'.split(' '),
)
// How much of the colour is in each step of the platform's scale; steps above 500 are darkened towards the text.
const shares: Record<string, number> = {
  '50': 7,
  '100': 14,
  '200': 30,
  '300': 50,
  '350': 60,
  '400': 80,
  '500': 100,
  '600': 88,
  '700': 74,
  '800': 60,
  '900': 46,
}

/** CSS for a colour of the platform: a name such as `blue` or `red-100`, rgba(), or one of the card's own `config.style`. */
export function colorOf(value: unknown, config: Json): string | undefined {
  const name = textOf(value)?.trim()
  if (name === undefined || name === 'default') return undefined
  if (name === 'white') return '#fff'
  const own = objectOf(objectOf(objectOf(config.style).color)[name])
  if (own.light_mode !== undefined) return `light-dark(${plain(own.light_mode)}, ${plain(own.dark_mode)})`
  const [base = '', step = '500'] = name.split('-')
  if (!names.has(base)) return /^(rgba?\([\d\s.,%]+\)|#[\da-f]{3,8})$/i.test(name) ? name : undefined
  const share = shares[step] ?? 100
  if (share === 100) return `var(--card-${base})`
  const other = Number(step) > 500 ? 'var(--text)' : 'var(--surface)'
  return `color-mix(in oklab, var(--card-${base}) ${share}%, ${other})`
}

/** CSS for a background: a bare name is a light tint of it. */
export function backgroundOf(value: unknown, config: Json): string | undefined {
  const name = textOf(value)
  return colorOf(name !== undefined && names.has(name) ? `${name}-50` : name, config)
}

/** The name of a colour that the platform has, for what is drawn in tones of one colour. */
export function hueOf(value: unknown): string | undefined {
  const name = textOf(value)
  return name !== undefined && names.has(name) ? name : undefined
}

function plain(color: unknown): string {
  return colorOf(color, {}) ?? 'currentcolor'
}
