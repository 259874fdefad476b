import { useMemo } from 'react'
import type { PageMessage } from '../../../src/page-server/page-records.ts'
import { control } from '../session/client.ts'
import { useSession } from '../session/use-session.ts'
import { attempt } from '../ui/attempt.ts'
import { type MessageActions, useWorkspace } from '../workspace.ts'

/** What the signed-in person can do with messages of a chat. */
export function useMessageActions(
  chatId: string,
  reply: (message: PageMessage) => void,
  edit: (message: PageMessage) => void,
): MessageActions {
  const { user } = useSession()
  const { open, setPane } = useWorkspace()
  return useMemo(
    () => ({
      reply,
      edit,
      openThread: (message) => setPane({ kind: 'thread', message }),
      toggleReaction: (message, emojiType) => {
        const isOwn = message.reactions.some(
          (reaction) => reaction.emojiType === emojiType && reaction.type === 'user' && reaction.id === user,
        )
        void attempt(control(isOwn ? 'unreact' : 'react', { user, messageId: message.messageId, emojiType }))
      },
      recall: ({ messageId }) => void attempt(control('recall', { user, messageId })),
      goTo: (messageId) => open(chatId, messageId),
    }),
    [user, chatId, reply, edit, open, setPane],
  )
}
