import { expectTypeOf, test } from 'vitest'
import { platformEventTypes } from './platform-event-types.ts'
import type { CardActionTrigger, PlatformCallbacks, PlatformEvents, UserId } from './platform-events.ts'

test('a received message', () => {
  type Body = PlatformEvents['im.message.receive_v1']
  expectTypeOf<keyof Body>().toEqualTypeOf<'sender' | 'message'>()
  expectTypeOf<Body['sender']['sender_id']>().toEqualTypeOf<UserId | undefined>()
  expectTypeOf<Body['message']['chat_type']>().toEqualTypeOf<'p2p' | 'group'>()
  expectTypeOf<Body['message']['content']>().toEqualTypeOf<string>()
  expectTypeOf<Body['message']['thread_id']>().toEqualTypeOf<string | undefined>()
  type Mention = NonNullable<Body['message']['mentions']>[number]
  expectTypeOf<Mention['mentioned_type']>().toEqualTypeOf<'user' | 'bot' | undefined>()
})

test('a changed user', () => {
  type Body = PlatformEvents['contact.user.updated_v3']
  expectTypeOf<keyof Body>().toEqualTypeOf<'object' | 'old_object'>()
  expectTypeOf<Body['object']['mobile']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<NonNullable<Body['old_object']>['name']>().toEqualTypeOf<string | undefined>()
})

test('a bot that joins a chat', () => {
  type Body = PlatformEvents['im.chat.member.bot.added_v1']
  expectTypeOf<Body['chat_id']>().toEqualTypeOf<string>()
  expectTypeOf<Body['operator_id']>().toEqualTypeOf<UserId | undefined>()
  expectTypeOf<Body>().not.toHaveProperty('event_id')
  expectTypeOf<Body>().not.toHaveProperty('app_id')
})

test('changed records of a table', () => {
  type Body = PlatformEvents['drive.file.bitable_record_changed_v1']
  expectTypeOf<Body['file_token']>().toEqualTypeOf<string>()
  type Action = Body['action_list'][number]
  expectTypeOf<Action['action']>().toEqualTypeOf<'record_added' | 'record_edited' | 'record_deleted'>()
  type Value = NonNullable<Action['after_value']>[number]
  expectTypeOf<Value['field_value']>().toEqualTypeOf<string>()
})

test('an event of the documents that the kit lacks', () => {
  type Body = PlatformEvents['apaas.workspace.record_change_v1']
  expectTypeOf<Body['type']>().toEqualTypeOf<'INSERT' | 'UPDATE' | 'DELETE'>()
  expectTypeOf<Body['before']>().toEqualTypeOf<string | null>()
})

test('a click on a card', () => {
  expectTypeOf<keyof PlatformCallbacks>().toEqualTypeOf<'card.action.trigger' | 'url.preview.get'>()
  expectTypeOf<PlatformCallbacks['card.action.trigger']>().toEqualTypeOf<CardActionTrigger>()
  expectTypeOf<CardActionTrigger['action']['value']>().toEqualTypeOf<
    Readonly<Record<string, unknown>> | string | undefined
  >()
  expectTypeOf(platformEventTypes).toEqualTypeOf<readonly string[]>()
})

test('fields are readonly and nothing is any', () => {
  const change = (body: PlatformEvents['im.message.recalled_v1']): void => {
    // @ts-expect-error Events belong to all their handlers.
    body.message_id = 'om_other'
  }
  expectTypeOf(change).toBeFunction()
  expectTypeOf<PlatformEvents['group_setting_update']['before_change']>().toBeUnknown()
})
