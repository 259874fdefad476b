import type { ReceivedMessage } from '../received-message.ts'

/** A received message for tests: a text in a direct chat, unless told otherwise. */
export function received(fields: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return {
    appId: 'cli_0000000000000001',
    messageId: 'om_1',
    chatId: 'oc_1',
    chatType: 'p2p',
    sender: { openId: 'ou_user', type: 'user', tenantKey: 'tenant' },
    type: 'text',
    text: 'hello',
    mentions: [],
    mentioned: false,
    content: { text: 'hello' },
    rawContent: '{"text":"hello"}',
    createdAtMs: 1_700_000_000_000,
    ...fields,
  }
}
