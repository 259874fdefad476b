import { useState } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { MemberPicker } from '../chats/member-picker.tsx'
import { control } from '../session/client.ts'
import { useDirectory, useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useLocale, useWords } from '../words/locale.ts'

/** Brings people into a group. */
export function AddMembers({ chat: { chatId, userIds }, onClose }: { chat: PageChat; onClose: () => void }) {
  const say = useWords()
  const locale = useLocale()
  const { user } = useSession()
  const directory = useDirectory()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const others = directory.people
    .filter(({ userId }) => !userIds.includes(userId))
    .map(({ userId }) => ({ type: 'user' as const, id: userId, name: directory.nameOf(userId, locale) }))
  const add = async () => {
    if (await attempt(control('addMembers', { user, chatId, users: [...chosen] }))) onClose()
  }
  return (
    <Dialog
      title={say('addPeople')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button look="primary" disabled={chosen.size === 0} onClick={add}>
            {say('add')}
          </Button>
        </>
      }
    >
      {others.length === 0 ? (
        say('noMorePeople')
      ) : (
        <MemberPicker {...{ members: others, chosen }} onChange={setChosen} />
      )}
    </Dialog>
  )
}
