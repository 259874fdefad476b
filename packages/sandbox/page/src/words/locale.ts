import { useSyncExternalStore } from 'react'
import { en, type Word } from './en.ts'
import { zh } from './zh.ts'

/** A language of the page. */
export type Locale = 'zh' | 'en'

/** Says a word in the language of the page, with its values put in. */
export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string

const key = 'larkspur.locale'
const listeners = new Set<() => void>()

let current: Locale = storedLocale() ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')
markDocument()

/** The page's language, the browser's by default. */
export function useLocale(): Locale {
  return useSyncExternalStore(subscribe, () => current)
}

/** What says words in the page's language. */
export function useWords(): Say {
  return useLocale() === 'zh' ? sayZh : sayEn
}

/** What says words now, outside of components. */
export function wordsNow(): Say {
  return current === 'zh' ? sayZh : sayEn
}

/** Changes the language, and remembers it. */
export function setLocale(locale: Locale): void {
  current = locale
  localStorage.setItem(key, locale)
  markDocument()
  for (const listener of listeners) listener()
}

const sayZh: Say = (word, values) => filled(zh[word], values)
const sayEn: Say = (word, values) => filled(en[word], values)

function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

function storedLocale(): Locale | undefined {
  const stored = localStorage.getItem(key)
  return stored === 'zh' || stored === 'en' ? stored : undefined
}

function markDocument(): void {
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
