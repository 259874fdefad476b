import { Plus, Users } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useRef } from 'react'
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
  const chose = useRef(false)
  const choose = (chatId: string) => {
    chose.current = true
    open(chatId)
  }
  return (
    <DropdownMenu.Root
      onOpenChange={(isOpen) => {
        if (isOpen) chose.current = false
      }}
    >
      <DropdownMenu.Trigger asChild>
        <button type="button" className={iconButton.button} aria-label={say('newChat')}>
          <Plus size={19} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          align="end"
          sideOffset={4}
          onCloseAutoFocus={(event) => {
            // Who chose a chat goes on in its text field, not at the button of the menu.
            const field = document.querySelector<HTMLElement>('[data-conversation] textarea')
            if (!chose.current || !field) return
            event.preventDefault()
            field.focus()
          }}
        >
          <DropdownMenu.Item className={menu.item} onSelect={openNewGroup}>
            <Users size={18} /> {say('newGroup')}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className={menu.line} />
          <DropdownMenu.Label className={menu.label}>{say('bots')}</DropdownMenu.Label>
          {direct.map((chat) => {
            const name = directory.chatName(chat, locale)
            return (
              <DropdownMenu.Item key={chat.chatId} className={menu.item} onSelect={() => choose(chat.chatId)}>
                <Avatar id={chat.appIds[0] ?? ''} name={name} kind="bot" size={22} /> {name}
              </DropdownMenu.Item>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
