import { defineErrors } from '@larkspur/core'

/** Every error of this package. */
export const messagingError = defineErrors({
  MESSAGING_TEXT_EMPTY: {
    category: 'input',
    meaning: 'A text to send is empty, consists of white space, or is not a text.',
    hint: 'Pass a text with at least one visible character.',
  },
  MESSAGING_TEXT_TOO_LONG: {
    category: 'input',
    meaning: 'A text to send is longer than the 150 KB that the platform takes.',
    hint: 'Send it in several messages, or as a document.',
  },
  MESSAGING_RECEIVER_INVALID: {
    category: 'input',
    meaning: 'It is not clear who is to receive a message.',
    hint: 'Pass an id that begins with oc_, ou_ or on_, an email address, or one of { chatId }, { openId }, { unionId }, { userId }, { email }.',
  },
  MESSAGING_MENTION_INVALID: {
    category: 'input',
    meaning: 'A mention names nobody: its id is not an id of a user.',
    hint: 'Pass an open_id (ou_…), union_id (on_…) or user_id; mentionAll() mentions everybody.',
  },
  MESSAGING_PATTERN_INVALID: {
    category: 'config',
    meaning: 'onMessage was called with something that is no pattern.',
    hint: 'Pass a text, a RegExp, or an object with pattern, chat, mentioned, types, filter or name.',
  },
  MESSAGING_COMMAND_INVALID: {
    category: 'config',
    meaning: 'onCommand was called with a name that nobody can type as a command.',
    hint: 'Choose letters, digits, hyphens and underscores, without the prefix: onCommand("standup", …).',
  },
  MESSAGING_COMMAND_DUPLICATE: {
    category: 'config',
    meaning: 'Two commands have the same name or alias.',
    hint: 'Rename one of them. For an own /help, set messaging({ help: false }).',
  },
  MESSAGING_EVENT_UNREADABLE: {
    category: 'platform',
    meaning: 'A message event lacks fields that the platform documents.',
    hint: 'Look at the stored event; if the platform changed its format, update @larkspur/plugin-messaging.',
  },
  MESSAGING_ANSWER_UNREADABLE: {
    category: 'platform',
    meaning: 'The platform answered a call of this plugin without the ids that it documents.',
    hint: 'Try again; if it stays so, check that the app has the bot capability and update @larkspur/plugin-messaging.',
    retryable: true,
  },
})
