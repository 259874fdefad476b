import { useState } from 'react'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { control } from '../session/client.ts'
import { useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useWords } from '../words/locale.ts'
import styles from './group-info.module.css'

/** How a member leaves a group, and its owner ends it; both ask again. */
export function LeaveGroup({ chat: { chatId, name, ownerUserId } }: { chat: PageChat }) {
  const say = useWords()
  const { user } = useSession()
  const [asking, setAsking] = useState<'leave' | 'disband'>()
  const close = () => setAsking(undefined)
  const end = () => {
    if (asking === 'leave') void attempt(control('removeMembers', { user, chatId, users: [user] }))
    else void attempt(control('disbandChat', { user, chatId }))
    close()
  }
  return (
    <div className={styles.end}>
      <Button onClick={() => setAsking('leave')}>{say('leave')}</Button>
      {user === ownerUserId && (
        <Button look="danger" onClick={() => setAsking('disband')}>
          {say('disband')}
        </Button>
      )}
      {asking && (
        <Dialog
          title={say(asking)}
          onClose={close}
          footer={
            <>
              <Button onClick={close}>{say('cancel')}</Button>
              <Button look="danger" onClick={end}>
                {say(asking)}
              </Button>
            </>
          }
        >
          {say(asking === 'leave' ? 'leaveHint' : 'disbandHint', { name })}
        </Dialog>
      )}
    </div>
  )
}
