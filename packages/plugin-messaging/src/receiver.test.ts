import { expect, it } from 'vitest'
import { receiveIdOf } from './receiver.ts'

it.each([
  ['oc_1', 'chat_id', 'oc_1'],
  ['ou_1', 'open_id', 'ou_1'],
  ['on_1', 'union_id', 'on_1'],
  [' lin@example.com ', 'email', 'lin@example.com'],
  [{ chatId: 'oc_1' }, 'chat_id', 'oc_1'],
  [{ openId: 'ou_1' }, 'open_id', 'ou_1'],
  [{ unionId: 'on_1' }, 'union_id', 'on_1'],
  [{ userId: '3e3cf96b' }, 'user_id', '3e3cf96b'],
  [{ email: 'lin@example.com' }, 'email', 'lin@example.com'],
] as const)('reads %j as %s', (to, idType, id) => {
  expect(receiveIdOf(to)).toEqual({ idType, id })
})

it.each([
  ['', 'an empty text'],
  ['3e3cf96b', '8 characters that begin with "3e3"'],
  [undefined, 'undefined'],
  [null, 'null'],
  [{}, 'nothing in it'],
  [{ chatId: 'oc_1', openId: 'ou_1' }, 'chatId, openId'],
  [{ chat: 'oc_1' }, 'with chat'],
  [{ toString: 'x' }, 'with toString'],
  [{ openId: '' }, 'an empty openId'],
  [{ openId: undefined }, 'nothing in it'],
])('refuses %j and says what it received', (to, received) => {
  expect(() => receiveIdOf(to as never)).toThrow(
    expect.objectContaining({ code: 'MESSAGING_RECEIVER_INVALID', message: expect.stringContaining(received) }),
  )
})
