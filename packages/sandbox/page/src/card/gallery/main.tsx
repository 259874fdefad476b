import '../../theme.css'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { type CardAction, CardView } from '../card-view.tsx'
import { cards } from './cards.ts'
import styles from './gallery.module.css'

/** What tests reach in the gallery as `window.gallery`. */
export interface Gallery {
  /** Shows one card in place of all. */
  show: (card: Record<string, unknown>) => void
  /** What was done with cards so far. */
  actions: CardAction[]
  /** Ends the action that waits; actions end by themselves until `hold` is true. */
  answer: () => void
  hold: boolean
}

declare global {
  interface Window {
    gallery: Gallery
  }
}

const locale = new URL(location.href).searchParams.get('locale') === 'zh' ? 'zh' : 'en'
const people = [
  { id: 'ou_lin', name: '林梅' },
  { id: 'ou_alice', name: 'Alice Chen' },
  { id: 'ou_wang', name: '王大伟' },
  { id: 'ou_sofia', name: 'Sofia Rossi' },
]
// A drawing in place of uploaded images; keys that say so are missing.
const drawing = (key: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180" fill="hsl(${
    (key.length * 47) % 360
  } 60% 70%)"/><circle cx="250" cy="50" r="24" fill="#fff8"/><path d="M0 180 90 70l70 80 50-50 110 80z" fill="#0003"/></svg>`
const imageUrl = (key: string) =>
  key.includes('missing') ? '/missing' : `data:image/svg+xml,${encodeURIComponent(drawing(key))}`

function GalleryPage() {
  const [one, setOne] = useState<Record<string, unknown>>()
  window.gallery.show = setOne
  const view = (card: Record<string, unknown>, id: string) => (
    <CardView
      card={card}
      messageId={id}
      locale={locale}
      imageUrl={imageUrl}
      userName={(user) => people.find((person) => person.id === user)?.name ?? user}
      people={people}
      onAction={async (action) => {
        window.gallery.actions.push(action)
        if (window.gallery.hold) await new Promise<void>((resolve) => (window.gallery.answer = resolve))
      }}
    />
  )
  // Nothing until the first card comes, where a test asked for one.
  if (new URL(location.href).searchParams.has('one') && !one) return null
  if (one && !new URL(location.href).searchParams.has('all'))
    return <main className={styles.one}>{view(one, 'om_one')}</main>
  return (
    <main className={styles.gallery}>
      {Object.entries(cards).map(([name, card]) => (
        <section key={name}>
          <h2>{name}</h2>
          {view(card, name)}
        </section>
      ))}
    </main>
  )
}

document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
window.gallery = { show: () => {}, actions: [], answer: () => {}, hold: false }
const root = document.getElementById('root')
if (root) createRoot(root).render(<GalleryPage />)
