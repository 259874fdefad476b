import { Plus, Users } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useDirectory, useSessionState } from '../session/use-session.ts'
import { Avatar } from '../ui/avatar.tsx'
import iconButton from '../ui/icon-button.module.css'
import menu from '../ui/menu.module.css'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'

/** Begins a group, or a direct chat with any bot that the person may use. */
export function NewChatMenu() {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const { open, openNewGroup } = useWorkspace()
  const chats = useSessionState((state) => state.chats)
  const direct = [...chats.values()].filter(({ type }) => type === 'p2p')
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button" className={iconButton.button} aria-label={say('newChat')}>
          <Plus size={19} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="end" sideOffset={4}>
          <DropdownMenu.Item className={menu.item} onSelect={openNewGroup}>
            <Users size={18} /> {say('newGroup')}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className={menu.line} />
          <DropdownMenu.Label className={menu.label}>{say('bots')}</DropdownMenu.Label>
          {direct.map((chat) => {
            const name = directory.chatName(chat, locale)
            return (
              <DropdownMenu.Item key={chat.chatId} className={menu.item} onSelect={() => open(chat.chatId)}>
                <Avatar id={chat.appIds[0] ?? ''} name={name} kind="bot" size={22} /> {name}
              </DropdownMenu.Item>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
