// What is known better than the kit's declarations say. Written in TypeScript and read by the generator: objects merge
// field by field, arrays item by item, anything else replaces what was there.

/** Events that the kit has, corrected. */
export const corrections = `
interface Corrections {
  // open.feishu.cn docs: im-v1/message/events/receive
  'im.message.receive_v1': {
    sender: { sender_type: 'user' | 'bot' }
    message: { chat_type: 'p2p' | 'group'; mentions?: { mentioned_type?: 'user' | 'bot' }[] }
  }
  // open.feishu.cn docs: im-v1/message/events
  'im.message.recalled_v1': { message_id: string; chat_id: string; recall_time: string }
  'im.message.message_read_v1': { message_id_list: string[] }
  // open.feishu.cn docs: im-v1/message-reaction/event. The body has an app_id of its own, of the app that reacted.
  'im.message.reaction.created_v1': {
    message_id: string
    reaction_type: {}
    operator_type: 'user' | 'app'
    app_id?: string
    action_time: string
  }
  'im.message.reaction.deleted_v1': {
    message_id: string
    reaction_type: {}
    operator_type: 'user' | 'app'
    app_id?: string
    action_time: string
  }
  // open.feishu.cn docs: group/chat/events, group/chat-member/event
  'im.chat.access_event.bot_p2p_chat_entered_v1': { chat_id: string }
  'im.chat.disbanded_v1': { chat_id: string }
  'im.chat.updated_v1': { chat_id: string }
  'im.chat.member.bot.added_v1': { chat_id: string; external: boolean }
  'im.chat.member.bot.deleted_v1': { chat_id: string; external: boolean }
  'im.chat.member.user.added_v1': { chat_id: string; external: boolean; users: {}[] }
  'im.chat.member.user.deleted_v1': { chat_id: string; external: boolean; users: {}[] }
  'im.chat.member.user.withdrawn_v1': { chat_id: string; external: boolean; users: {}[] }
  // open.feishu.cn docs: bot-v3/events/menu
  'application.bot.menu_v6': { event_key: string }
  // open.feishu.cn docs: contact-v3/user/events. mobile needs a scope of its own; old_object holds what has changed.
  'contact.user.created_v3': { object: { mobile?: string } }
  'contact.user.updated_v3': { object: { mobile?: string }; old_object?: { name?: string; mobile?: string } }
  'contact.user.deleted_v3': { object: { mobile?: string } }
  // open.feishu.cn docs: drive-v1/event, bitable-v1/events
  'drive.file.title_updated_v1': { file_type: string; file_token: string }
  'drive.file.trashed_v1': { file_type: string; file_token: string }
  'drive.file.deleted_v1': { file_type: string; file_token: string }
  'drive.file.read_v1': { file_type: string; file_token: string }
  'drive.file.edit_v1': { file_type: string; file_token: string }
  'drive.file.created_in_folder_v1': { file_type: string; file_token: string; folder_token: string }
  'drive.file.permission_member_added_v1': { file_type: string; file_token: string }
  'drive.file.permission_member_removed_v1': { file_type: string; file_token: string }
  'drive.file.permission_member_applied_v1': { file_type: string; file_token: string }
  'drive.file.bitable_record_changed_v1': {
    file_type: string
    file_token: string
    table_id: string
    revision: number
    action_list: { action: 'record_added' | 'record_edited' | 'record_deleted' }[]
    update_time: number
  }
  'drive.file.bitable_field_changed_v1': {
    file_type: string
    file_token: string
    table_id: string
    revision: number
    action_list: {}[]
    update_time: number
  }
  // open.feishu.cn docs: application-v6/event. The body has an app_id of its own, of the app it tells about.
  'application.application.app_version.audit_v6': { app_id?: string }
  'application.application.app_version.publish_revoke_v6': { app_id?: string }
  'application.application.created_v6': { app_id?: string }
  'application.application.feedback.created_v6': { app_id?: string }
  'application.application.feedback.updated_v6': { app_id?: string }
  // The kit made a pair of an example with two rooms.
  third_party_meeting_room_event_created: { meeting_rooms: { open_id: string }[] }
}
`

/** Events that the kit does not have. */
export const additions = `
interface Additions {
  // open.feishu.cn docs: apaas-v1/workspace/events/record_change
  'apaas.workspace.record_change_v1': {
    workspace: string
    app: string
    table: string
    type: 'INSERT' | 'UPDATE' | 'DELETE'
    operator: string
    before: string | null
    after: string | null
  }
}
`

/** What the platform waits for an answer to. */
export const callbacks = `
interface Callbacks {
  // open.feishu.cn docs: cardkit-v1/card-callback-communication
  'card.action.trigger': {
    operator: { tenant_key: string; user_id?: string; union_id: string; open_id: string }
    token: string
    action: {
      tag: string
      value?: Record<string, unknown> | string
      name?: string
      timezone?: string
      form_value?: Record<string, string | string[]>
      input_value?: string
      option?: string
      options?: string[]
      checked?: boolean
    }
    host: string
    delivery_type?: string
    context: { url?: string; preview_token?: string; open_message_id: string; open_chat_id: string }
  }
  // open.feishu.cn docs: im-v1/url_preview, pull link preview data
  'url.preview.get': {
    operator: { tenant_key: string; user_id?: string; open_id: string }
    host: string
    context: { url: string; preview_token: string; open_message_id: string; open_chat_id: string }
  }
}
`

/** What a type cannot say, for the doc comments. Sources as above. */
export const notes: Readonly<Record<string, string>> = {
  'im.message.receive_v1':
    '`message.content` is a JSON text whose shape goes by `message_type`; mentions stand in it as their `key`. ' +
    'One message may come under several event ids.',
  'im.message.message_read_v1': 'Tells of messages that the bot sent to one person.',
  'application.bot.menu_v6': '`timestamp` is in seconds.',
  'contact.user.updated_v3': '`old_object` holds the changed fields only.',
  'apaas.workspace.record_change_v1':
    '`before` and `after` are JSON texts; an INSERT has no `before`, a DELETE no `after`.',
  'card.action.trigger': '`token` (`c-…`) updates the card afterwards: twice, within 30 minutes.',
}
