import { Menu, SquareMenu } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { control } from '../session/client.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { Button } from '../ui/button.tsx'
import menu from '../ui/menu.module.css'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/locale.ts'
import styles from './bot-menu.module.css'

const storageKey = 'larkspur.menu-keys'

/** The menu of a bot; entries that nobody declared are opened by their event_key. */
export function BotMenu({ appId }: { appId: string }) {
  const { user } = useSession()
  const app = useDirectory().app(appId)
  const say = useWords()
  const [open, setOpen] = useState(false)
  const [key, setKey] = useState('')
  const declared = app?.menu ?? []
  const used = usedKeys(appId).filter((known) => !declared.some(({ eventKey }) => eventKey === known))
  const entries = [...declared, ...used.map((eventKey) => ({ name: eventKey, eventKey }))]

  const choose = async (eventKey: string) => {
    setOpen(false)
    setKey('')
    try {
      await control('openMenu', { user, appId, eventKey })
      rememberKey(appId, eventKey)
      showToast('info', say('menuSent', { key: eventKey }))
    } catch (error) {
      showToast('error', say('failed', { reason: error instanceof Error ? error.message : String(error) }))
    }
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
          {entries.map(({ name, eventKey }) => (
            <button
              key={eventKey}
              type="button"
              className={`${menu.item} ${styles.entry}`}
              onClick={() => void choose(eventKey)}
            >
              <SquareMenu size={16} /> {name}
            </button>
          ))}
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault()
              if (key.trim() !== '') void choose(key.trim())
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
