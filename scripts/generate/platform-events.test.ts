import { expect, test } from 'vitest'
import { platformCallbacks, platformEvents, platformEventTypeList, platformEventTypings } from './platform-events.ts'
import { mergeShapes, readInterfaces, type Shape, writeShape } from './type-shape.ts'

const documented = [
  'apaas.workspace.record_change_v1',
  'application.bot.menu_v6',
  'contact.department.created_v3',
  'contact.department.deleted_v3',
  'contact.department.updated_v3',
  'contact.scope.updated_v3',
  'contact.user.created_v3',
  'contact.user.deleted_v3',
  'contact.user.updated_v3',
  'drive.file.bitable_field_changed_v1',
  'drive.file.bitable_record_changed_v1',
  'drive.file.created_in_folder_v1',
  'drive.file.deleted_v1',
  'drive.file.edit_v1',
  'drive.file.permission_member_added_v1',
  'drive.file.permission_member_applied_v1',
  'drive.file.permission_member_removed_v1',
  'drive.file.read_v1',
  'drive.file.title_updated_v1',
  'drive.file.trashed_v1',
  'drive.notice.comment_add_v1',
  'im.chat.access_event.bot_p2p_chat_entered_v1',
  'im.chat.disbanded_v1',
  'im.chat.member.bot.added_v1',
  'im.chat.member.bot.deleted_v1',
  'im.chat.member.user.added_v1',
  'im.chat.member.user.deleted_v1',
  'im.chat.member.user.withdrawn_v1',
  'im.chat.updated_v1',
  'im.message.message_read_v1',
  'im.message.reaction.created_v1',
  'im.message.reaction.deleted_v1',
  'im.message.recalled_v1',
  'im.message.receive_v1',
  'p2p_chat_create',
]

/** Fields of bodies that have the name of a header field and are the body's own. */
const ownFields = [
  'apaas.workspace.record_change_v1 type',
  'application.application.app_version.audit_v6 app_id',
  'application.application.app_version.publish_revoke_v6 app_id',
  'application.application.created_v6 app_id',
  'application.application.feedback.created_v6 app_id',
  'application.application.feedback.updated_v6 app_id',
  'helpdesk.ticket_message.created_v1 event_id',
  'im.message.reaction.created_v1 app_id',
  'im.message.reaction.deleted_v1 app_id',
]

const headerFields = 'schema event_id event_type create_time token app_id tenant_key ts uuid type'.split(' ')
const events = platformEvents()

test('events are sorted, occur once and include those that the platform documents for bots', () => {
  const types = events.map(({ type }) => type)
  expect(types).toEqual([...new Set(types)].sort())
  expect(types).toEqual(expect.arrayContaining(documented))
  expect(platformCallbacks().map(({ type }) => type)).toEqual(['card.action.trigger', 'url.preview.get'])
})

test('bodies of schema 2.0 hold no header fields but those that are their own', () => {
  const found = events
    .filter(({ type }) => type.includes('.'))
    .flatMap(({ type, body }) =>
      body.members.filter(({ name }) => headerFields.includes(name)).map(({ name }) => `${type} ${name}`),
    )
  expect(found).toEqual(ownFields)
})

test('bodies of schema 1.0 keep the type and app id that the platform puts into them, and nothing of the envelope', () => {
  for (const { type, body } of events.filter((event) => !event.type.includes('.'))) {
    const names = body.members.map(({ name }) => name)
    expect(names, type).toEqual(expect.arrayContaining(['type', 'app_id']))
    expect(
      names.filter((name) => ['ts', 'uuid', 'token', 'event_id', 'schema'].includes(name)),
      type,
    ).toEqual([])
  }
})

test('the typings declare each name once, hold no any, and stay small', () => {
  const text = platformEventTypings()
  const names = [...text.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name)
  expect(names).toEqual([...new Set(names)])
  expect(names).toContain('UserId')
  expect(text).not.toMatch(/\bany\b/)
  expect(text.length).toBeLessThan(200_000)
})

test('the list of types loads nothing', () => {
  const text = platformEventTypeList()
  expect(text).not.toMatch(/^import/m)
  expect([...text.matchAll(/^ {2}'(.+)',$/gm)].map(([, type]) => type)).toEqual(events.map(({ type }) => type))
})

const write = (shape: Shape | undefined): string => (shape ? writeShape(shape, () => undefined) : 'nothing')
const only = (text: string): Shape | undefined => [...readInterfaces(text).values()][0]?.[0]?.shape

test('a type is written as it was read, readonly and without any', () => {
  const read =
    "interface A { 'a.b': { x?: Array<'p' | 'q'>; y: Array<[number, any]>; z: Record<string, any>; w: A[][] } }"
  expect(write(only(read))).toBe(`{
  readonly x?: readonly ('p' | 'q')[]
  readonly y: readonly (readonly [number, unknown])[]
  readonly z: Readonly<Record<string, unknown>>
  readonly w: readonly (readonly A[])[]
}`)
})

test('a correction goes into objects and arrays, replaces the rest and adds what was missing', () => {
  const below = only('interface A { a: { kept?: string; list?: { x: string; y: number }[]; kind?: string } }')
  const above = only("interface B { a: { list: { x?: string }[]; kind: 'p'; more: boolean } }")
  if (!below || !above) throw new Error('neither was read')
  expect(write(mergeShapes(below, above))).toBe(`{
  readonly kept?: string
  readonly list: readonly {
    readonly x?: string
    readonly y: number
  }[]
  readonly kind: 'p'
  readonly more: boolean
}`)
})

test('a declaration that cannot be read is named', () => {
  expect(() => readInterfaces('interface A { a: keyof B }')).toThrow('a declaration holds a TSTypeOperator')
})
