import { useSyncExternalStore } from 'react'

/** How the page is coloured. */
export type Theme = 'light' | 'dark' | 'system'

const key = 'larkspur.theme'
const listeners = new Set<() => void>()
const systemDark = matchMedia('(prefers-color-scheme: dark)')

let current: Theme = storedTheme()
apply()
systemDark.addEventListener('change', apply)

/** What was chosen; `system` by default. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

/** Changes the colours, and remembers it. */
export function setTheme(theme: Theme): void {
  current = theme
  localStorage.setItem(key, theme)
  apply()
  for (const listener of listeners) listener()
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(key)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function apply(): void {
  const dark = current === 'dark' || (current === 'system' && systemDark.matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}
