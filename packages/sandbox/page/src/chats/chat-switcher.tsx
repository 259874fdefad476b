import { Search } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { useDirectory, useSessionState } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import { orderedChats } from './chat-order.ts'
import styles from './chat-switcher.module.css'

/** Goes to a chat by its name, or by a person who is in it. */
export function ChatSwitcher({ onClose }: { onClose: () => void }) {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const { open } = useWorkspace()
  const chats = useSessionState((state) => state.chats)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const wanted = typed.trim().toLowerCase()
  const found = orderedChats(chats.values())
    .map((chat) => {
      const name = directory.chatName(chat, locale)
      const member = directory.members(chat, locale).find((each) => matches(each.name, each.id, wanted))
      return { chat, name, fits: matches(name, chat.chatId, wanted), member }
    })
    .filter(({ fits, member }) => fits || member)
    .sort((one, other) => Number(other.fits) - Number(one.fits))

  const go = (index: number) => {
    const hit = found[index]
    if (!hit) return
    onClose()
    open(hit.chat.chatId)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % Math.max(1, found.length))
    else if (event.key === 'ArrowUp') setChosen((chosen + found.length - 1) % Math.max(1, found.length))
    else if (event.key === 'Enter') go(chosen)
    else return
    event.preventDefault()
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={styles.switcher} aria-describedby={undefined}>
          <Dialog.Title className={styles.title}>{say('switchChat')}</Dialog.Title>
          <div className={styles.search}>
            <Search size={17} aria-hidden="true" />
            <input
              value={typed}
              placeholder={say('switchChatHint')}
              aria-label={say('searchChats')}
              role="combobox"
              aria-expanded="true"
              aria-controls="switcher-chats"
              aria-activedescendant={`switcher-${chosen}`}
              onChange={(event) => {
                setTyped(event.target.value)
                setChosen(0)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div className={styles.found} role="listbox" id="switcher-chats">
            {found.map(({ chat, name, fits, member }, index) => (
              <button
                key={chat.chatId}
                id={`switcher-${index}`}
                type="button"
                role="option"
                tabIndex={-1}
                aria-selected={index === chosen}
                className={styles.chat}
                ref={(element) => {
                  if (index === chosen) element?.scrollIntoView({ block: 'nearest' })
                }}
                onMouseMove={() => setChosen(index)}
                onClick={() => go(index)}
              >
                <Avatar
                  id={chat.type === 'p2p' ? (chat.appIds[0] ?? '') : chat.chatId}
                  name={name}
                  kind={chat.type === 'p2p' ? 'bot' : 'group'}
                  size={30}
                />
                <span>{name}</span>
                <span className={styles.hint}>
                  {!fits && member
                    ? member.name
                    : chat.type === 'group'
                      ? say('memberCount', { count: chat.userIds.length + chat.appIds.length })
                      : say('bot')}
                </span>
              </button>
            ))}
            {found.length === 0 && <p className={styles.none}>{say('noMatches')}</p>}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function matches(name: string, id: string, wanted: string): boolean {
  return name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted)
}
