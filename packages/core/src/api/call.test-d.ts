import { expectTypeOf, test } from 'vitest'
import type { ApiCall, ApiEnvelope, ApiStream, AppClient } from './call.ts'

interface Chat {
  readonly chat_id: string
}

declare const client: AppClient
const path = '/open-apis/im/v1/chats/oc_1'

test('the result of a call follows its answer', () => {
  expectTypeOf(client.request<Chat>({ path })).resolves.toEqualTypeOf<Chat>()
  expectTypeOf(client.request<Chat>({ path, answer: 'data' })).resolves.toEqualTypeOf<Chat>()
  expectTypeOf(client.request({ path })).resolves.toEqualTypeOf<unknown>()
  expectTypeOf(client.request<Chat>({ path, answer: 'envelope' })).resolves.toEqualTypeOf<ApiEnvelope<Chat>>()
  expectTypeOf(client.request<unknown, { readonly bot: Chat }>({ path, answer: 'envelope' }))
    .resolves.toHaveProperty('bot')
    .toEqualTypeOf<Chat>()
  expectTypeOf(client.request({ path, answer: 'bytes' })).resolves.toEqualTypeOf<Buffer>()
  expectTypeOf(client.request({ path, answer: 'stream' })).resolves.toEqualTypeOf<ApiStream>()
})

test('a call that is put together at run time gives unknown', () => {
  expectTypeOf((call: ApiCall) => client.request(call)).returns.resolves.toEqualTypeOf<unknown>()
})

test('answers of other kinds, and types for bytes, are errors', () => {
  // @ts-expect-error no such kind
  void client.request({ path, answer: 'json' })
  // @ts-expect-error bytes are a Buffer
  void client.request<Chat>({ path, answer: 'bytes' })
})
