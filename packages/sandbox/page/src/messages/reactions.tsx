import { SmilePlus } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { emojiOf, pickerEmojis } from '../emoji.ts'
import { Emoji } from '../emoji-picture.tsx'
import { useDirectory, useSession } from '../session/use-session.ts'
import { useLocale, useWords } from '../words/locale.ts'
import styles from './reactions.module.css'

interface ReactionGroup {
  emojiType: string
  ids: string[]
}

/** The reactions below a message; a click adds one's own or takes it away. */
export function Reactions({ message, onToggle }: { message: PageMessage; onToggle: (emojiType: string) => void }) {
  const { user } = useSession()
  const directory = useDirectory()
  const locale = useLocale()
  const say = useWords()
  if (message.reactions.length === 0) return null
  return (
    <div className={styles.reactions}>
      {groupsOf(message.reactions).map(({ emojiType, ids }) => {
        const names = ids.map((id) => directory.nameOf(id, locale)).join(locale === 'zh' ? '、' : ', ')
        const label = say('reactedBy', { names, emoji: emojiOf(emojiType) })
        return (
          <button
            key={emojiType}
            type="button"
            className={styles.reaction}
            aria-pressed={ids.includes(user)}
            aria-label={label}
            title={label}
            onClick={() => onToggle(emojiType)}
          >
            <Emoji type={emojiType} />
            <span className={styles.names}>{ids.length > 2 ? ids.length : names}</span>
          </button>
        )
      })}
      <EmojiPopover label={say('react')} onPick={onToggle}>
        <button type="button" className={styles.reaction} aria-label={say('react')}>
          <SmilePlus size={15} />
        </button>
      </EmojiPopover>
    </div>
  )
}

/** A board of emojis that opens at its child. */
export function EmojiPopover({
  label,
  onPick,
  onOpenChange,
  children,
}: {
  label: string
  onPick: (emojiType: string) => void
  onOpenChange?: (open: boolean) => void
  children: React.ReactNode
}) {
  const [open, setOpen] = useState(false)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange?.(next)
  }
  return (
    <Popover.Root open={open} onOpenChange={change}>
      <Popover.Trigger asChild>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.board} aria-label={label} sideOffset={6} collisionPadding={12}>
          {pickerEmojis.map((emojiType) => (
            <button
              key={emojiType}
              type="button"
              aria-label={emojiType}
              title={emojiType}
              onClick={() => {
                onPick(emojiType)
                change(false)
              }}
            >
              <Emoji type={emojiType} />
            </button>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function groupsOf(reactions: PageMessage['reactions']): ReactionGroup[] {
  const groups = new Map<string, ReactionGroup>()
  for (const { emojiType, id } of reactions) {
    const group = groups.get(emojiType) ?? { emojiType, ids: [] }
    group.ids.push(id)
    groups.set(emojiType, group)
  }
  return [...groups.values()]
}
