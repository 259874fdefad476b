import { messagingError } from './errors.ts'

/**
 * Who receives a message: a chat, or a person by one of their ids. A bare string is told by its beginning: `oc_` chat_id,
 * `ou_` open_id, `on_` union_id; with `@` in it, an email address. A user_id has no fixed shape and needs `{ userId }`.
 */
export type Receiver =
  | string
  | { readonly chatId: string }
  | { readonly openId: string }
  | { readonly unionId: string }
  | { readonly userId: string }
  | { readonly email: string }

/** A receiver in the platform's words (open.feishu.cn docs: im-v1 message create). */
export interface ReceiveId {
  readonly idType: 'chat_id' | 'open_id' | 'union_id' | 'user_id' | 'email'
  readonly id: string
}

const idTypes: Readonly<Record<string, ReceiveId['idType']>> = {
  chatId: 'chat_id',
  openId: 'open_id',
  unionId: 'union_id',
  userId: 'user_id',
  email: 'email',
}

const prefixes: readonly (readonly [string, ReceiveId['idType']])[] = [
  ['oc_', 'chat_id'],
  ['ou_', 'open_id'],
  ['on_', 'union_id'],
]

/**
 * Reads a receiver.
 * @throws MESSAGING_RECEIVER_INVALID
 */
export function receiveIdOf(to: Receiver): ReceiveId {
  if (typeof to === 'string') return fromText(to.trim())
  if (typeof to !== 'object' || to === null) throw invalid(`received ${to === null ? 'null' : typeof to}`)
  const given = Object.entries(to).filter(([, id]) => id !== undefined)
  const [name, id] = given[0] ?? []
  const idType = name === undefined || !Object.hasOwn(idTypes, name) ? undefined : idTypes[name]
  if (given.length !== 1 || idType === undefined)
    throw invalid(
      `received an object with ${given.length === 0 ? 'nothing in it' : given.map(([key]) => key).join(', ')}`,
    )
  if (typeof id !== 'string' || id.trim() === '') throw invalid(`received an empty ${name}`)
  return { idType, id: id.trim() }
}

function fromText(id: string): ReceiveId {
  const idType = prefixes.find(([prefix]) => id.startsWith(prefix))?.[1] ?? (id.includes('@') ? 'email' : undefined)
  // Not the whole text: where arguments were swapped, it is somebody's message.
  if (idType === undefined)
    throw invalid(
      id === '' ? 'received an empty text' : `received ${id.length} characters that begin with "${id.slice(0, 3)}"`,
    )
  return { idType, id }
}

function invalid(received: string): Error {
  return messagingError('MESSAGING_RECEIVER_INVALID', {
    message: `sendText does not know whom to send to: ${received}`,
  })
}
