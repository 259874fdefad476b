import { ExternalLink, Menu, MessageSquare, SquareMenu } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { MenuEntry } from '../../../src/app-options.ts'
import { SafeLink } from '../card/safe-link.tsx'
import { control } from '../session/client.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { Button } from '../ui/button.tsx'
import menu from '../ui/menu.module.css'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/locale.ts'
import styles from './bot-menu.module.css'

const storageKey = 'larkspur.menu-keys'

/** The menu that a bot's app declares; entries that nobody declared are opened by their event_key. */
export function BotMenu({ appId }: { appId: string }) {
  const { user } = useSession()
  const app = useDirectory().app(appId)
  const say = useWords()
  const [open, setOpen] = useState(false)
  const [key, setKey] = useState('')
  const declared = app?.menu ?? []
  const used = usedKeys(appId).filter((known) => !keysIn(declared).includes(known))
  const entries: MenuEntry[] = [...declared, ...used.map((eventKey) => ({ name: eventKey, eventKey }))]

  const tell = async (eventKey: string) => {
    setOpen(false)
    setKey('')
    if (!(await attempt(control('openMenu', { user, appId, eventKey })))) return
    if (!keysIn(declared).includes(eventKey)) rememberKey(appId, eventKey)
    showToast('info', say('menuSent', { key: eventKey }))
  }
  const speak = (text: string) => {
    setOpen(false)
    void attempt(control('say', { user, to: { appId }, text }))
  }

  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" className={styles.trigger} aria-label={say('botMenu')}>
          <Menu size={18} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${menu.menu} ${styles.menu}`}
          side="top"
          align="start"
          sideOffset={10}
          aria-label={say('botMenu')}
        >
          <Entries entries={entries} onTell={(eventKey) => void tell(eventKey)} onSpeak={speak} />
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault()
              if (key.trim() !== '') void tell(key.trim())
            }}
          >
            <p>{say('menuKeyHint')}</p>
            <div>
              <input
                value={key}
                placeholder={say('menuKey')}
                aria-label={say('menuKey')}
                onChange={(event) => setKey(event.target.value)}
              />
              <Button look="primary" type="submit" disabled={key.trim() === ''}>
                {say('send')}
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Entries({
  entries,
  onTell,
  onSpeak,
}: {
  entries: readonly MenuEntry[]
  onTell: (eventKey: string) => void
  onSpeak: (text: string) => void
}) {
  const className = `${menu.item} ${styles.entry}`
  return entries.map((entry, at) => {
    const key = `${at} ${entry.name}`
    if ('entries' in entry) {
      return (
        <fieldset key={key} className={styles.group}>
          <legend className={menu.label}>{entry.name}</legend>
          <Entries entries={entry.entries} onTell={onTell} onSpeak={onSpeak} />
        </fieldset>
      )
    }
    if ('url' in entry) {
      return (
        <SafeLink key={key} className={className} href={entry.url}>
          <ExternalLink size={16} /> {entry.name}
        </SafeLink>
      )
    }
    const isText = 'text' in entry
    return (
      <button
        key={key}
        type="button"
        className={className}
        onClick={() => (isText ? onSpeak(entry.text) : onTell(entry.eventKey))}
      >
        {isText ? <MessageSquare size={16} /> : <SquareMenu size={16} />} {entry.name}
      </button>
    )
  })
}

function keysIn(entries: readonly MenuEntry[]): string[] {
  return entries.flatMap((entry) => {
    if ('entries' in entry) return keysIn(entry.entries)
    return 'eventKey' in entry ? [entry.eventKey] : []
  })
}

function usedKeys(appId: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`${storageKey}.${appId}`) ?? '[]')
    return Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : []
  } catch {
    return []
  }
}

function rememberKey(appId: string, key: string): void {
  const keys = [key, ...usedKeys(appId).filter((known) => known !== key)].slice(0, 6)
  localStorage.setItem(`${storageKey}.${appId}`, JSON.stringify(keys))
}
