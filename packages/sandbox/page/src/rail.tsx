import { Activity, Check, ExternalLink, Keyboard, Languages, LogOut, MessageCircle, SunMoon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { KeyboardHelp } from './keyboard-help.tsx'
import styles from './rail.module.css'
import { useDirectory, useSession, useSessionState } from './session/use-session.ts'
import { setTheme, type Theme, useTheme } from './theme.ts'
import { Avatar } from './ui/avatar.tsx'
import { IconButton } from './ui/icon-button.tsx'
import menu from './ui/menu.module.css'
import { setLocale, useLocale, useWords } from './words/locale.ts'
import { useWorkspace } from './workspace.ts'

const themes: readonly Theme[] = ['light', 'dark', 'system']

/** The bar at the left: who one is, and what concerns the whole page. */
export function Rail({ onSignOut }: { onSignOut: () => void }) {
  const say = useWords()
  const { open, pane, setPane } = useWorkspace()
  const [help, setHelp] = useState(false)
  const unread = useSessionState((state) => {
    let sum = 0
    for (const chat of state.chats.values()) sum += chat.unread
    return sum
  })
  return (
    <nav className={styles.rail} aria-label={say('product')}>
      <PersonMenu onSignOut={onSignOut} />
      <IconButton
        name={say('messages')}
        side="right"
        className={styles.item}
        aria-pressed
        onClick={() => open(undefined)}
      >
        <MessageCircle size={21} />
        {unread > 0 && <span className={styles.badge}>{unread > 99 ? '99+' : unread}</span>}
      </IconButton>
      <span className={styles.space} />
      <IconButton
        name={say('inspector')}
        keys="Alt I"
        side="right"
        className={styles.item}
        aria-pressed={pane?.kind === 'inspector'}
        onClick={() => setPane(pane?.kind === 'inspector' ? undefined : { kind: 'inspector' })}
      >
        <Activity size={20} />
      </IconButton>
      <ThemeMenu />
      <LanguageMenu />
      <IconButton name={say('keyboard')} side="right" className={styles.item} onClick={() => setHelp(true)}>
        <Keyboard size={20} />
      </IconButton>
      {help && <KeyboardHelp onClose={() => setHelp(false)} />}
    </nav>
  )
}

function PersonMenu({ onSignOut }: { onSignOut: () => void }) {
  const say = useWords()
  const locale = useLocale()
  const { user } = useSession()
  const directory = useDirectory()
  const name = directory.nameOf(user, locale)
  const others = directory.people.filter(({ userId }) => userId !== user)
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className={styles.person} aria-label={`${name} · ${say('switchUser')}`}>
          <Avatar id={user} name={name} size={36} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} side="right" align="start" sideOffset={10} collisionPadding={8}>
          <div className={styles.self}>
            <Avatar id={user} name={name} size={40} />
            <span>
              <b>{name}</b>
              <small>{directory.jobOf(user, locale)}</small>
            </span>
          </div>
          <DropdownMenu.Item className={menu.item} onSelect={onSignOut}>
            <LogOut size={16} /> {say('switchUser')}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className={menu.line} />
          <DropdownMenu.Label className={menu.label}>{say('otherPeople')}</DropdownMenu.Label>
          {others.map(({ userId }) => {
            const other = directory.nameOf(userId, locale)
            return (
              <DropdownMenu.Item key={userId} className={menu.item} asChild>
                <a
                  href={`/?user=${userId}`}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={say('openAs', { name: other })}
                >
                  <Avatar id={userId} name={other} size={22} />
                  <span>{other}</span>
                  <ExternalLink size={14} className={menu.end} />
                </a>
              </DropdownMenu.Item>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function ThemeMenu() {
  const say = useWords()
  const theme = useTheme()
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className={styles.button} aria-label={say('appearance')}>
          <SunMoon size={20} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} side="right" align="end" sideOffset={10}>
          {themes.map((each) => (
            <DropdownMenu.Item key={each} className={menu.item} onSelect={() => setTheme(each)}>
              {say(each)} {theme === each && <Check size={16} className={menu.end} />}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function LanguageMenu() {
  const say = useWords()
  const locale = useLocale()
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className={styles.button} aria-label={say('language')}>
          <Languages size={20} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} side="right" align="end" sideOffset={10}>
          <DropdownMenu.Item className={menu.item} onSelect={() => setLocale('zh')}>
            简体中文 {locale === 'zh' && <Check size={16} className={menu.end} />}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={menu.item} onSelect={() => setLocale('en')}>
            English {locale === 'en' && <Check size={16} className={menu.end} />}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
