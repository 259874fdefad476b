import { Bug, Copy, CornerUpLeft, Hash, MessageSquareText, Pencil, Undo2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { draftOf } from '../composer/draft.ts'
import { useSession } from '../session/use-session.ts'
import menu from '../ui/menu.module.css'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/locale.ts'
import { type MessageActions, useWorkspace } from '../workspace.ts'

/** Which message the menu is for, and where it opens. */
export interface MenuPlace {
  message: PageMessage
  x: number
  y: number
}

/** What can be done with a message; one menu serves the whole conversation. */
export function MessageMenu({
  place,
  inThread,
  actions,
  onClose,
}: {
  place: MenuPlace | undefined
  inThread: boolean
  actions: MessageActions
  onClose: () => void
}) {
  const { user } = useSession()
  const { setPane } = useWorkspace()
  const say = useWords()
  if (!place) return null
  const { message, x, y } = place
  const isOwn = message.sender.type === 'user' && message.sender.id === user
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text)
    showToast('success', say('copied'))
  }
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span style={{ position: 'fixed', left: x, top: y }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          align="start"
          collisionPadding={8}
          // The reply's text gets the focus, not the place where the menu was.
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <DropdownMenu.Item className={menu.item} onSelect={() => actions.reply(message)}>
            <CornerUpLeft size={16} /> {say('reply')}
          </DropdownMenu.Item>
          {!inThread && (
            <DropdownMenu.Item className={menu.item} onSelect={() => actions.openThread(message)}>
              <MessageSquareText size={16} /> {say('replyInThread')}
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Separator className={menu.line} />
          {message.text !== '' && (
            <DropdownMenu.Item className={menu.item} onSelect={() => void copy(message.text)}>
              <Copy size={16} /> {say('copyText')}
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className={menu.item} onSelect={() => void copy(message.messageId)}>
            <Hash size={16} /> {say('copyLink')}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className={menu.item}
            onSelect={() => setPane({ kind: 'inspector', messageId: message.messageId })}
          >
            <Bug size={16} /> {say('openInInspector')}
          </DropdownMenu.Item>
          {isOwn && (
            <>
              <DropdownMenu.Separator className={menu.line} />
              {draftOf(message) && (
                <DropdownMenu.Item className={menu.item} onSelect={() => actions.edit(message)}>
                  <Pencil size={16} /> {say('edit')}
                </DropdownMenu.Item>
              )}
              <DropdownMenu.Item className={`${menu.item} ${menu.danger}`} onSelect={() => actions.recall(message)}>
                <Undo2 size={16} /> {say('recall')}
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
