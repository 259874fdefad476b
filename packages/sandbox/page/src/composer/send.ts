import type { SayOptions } from '../../../src/control.ts'
import type { PageChat } from '../../../src/page-server/page-records.ts'
import { control, upload } from '../session/client.ts'
import { type Draft, spoken } from './draft.ts'

/**
 * Puts what stands in the draft into the place of a message.
 *
 * @throws Error with the sandbox's sentence
 */
export async function sendEdit(user: string, messageId: string, draft: Draft): Promise<void> {
  await control('edit', { user, messageId, ...spoken(draft) })
}

/**
 * Says what stands in the draft and sends its files, each as a message of its own.
 *
 * @throws Error with the sandbox's sentence
 */
export async function sendDraft(
  user: string,
  chat: PageChat,
  draft: Draft,
  files: readonly File[],
  reply: { messageId: string; inThread: boolean } | undefined,
): Promise<void> {
  const [appId = ''] = chat.appIds
  const head: SayOptions = {
    user,
    to: chat.type === 'p2p' ? { appId } : chat.chatId,
    ...(reply && { replyTo: reply.messageId, ...(reply.inThread && { inThread: true }) }),
  }
  for (const file of files) {
    const kind = file.type.startsWith('image/') ? 'image' : 'file'
    const key = await upload(file, kind)
    const content = kind === 'image' ? { image_key: key } : { file_key: key, file_name: file.name }
    await control('say', { ...head, messageType: kind, content })
  }
  if (draft.text.trim() !== '') await control('say', { ...head, ...spoken(draft) })
}
