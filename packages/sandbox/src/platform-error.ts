/** One parameter that the documented contract refuses, as in `error.field_violations`. */
export interface FieldViolation {
  field: string
  value?: string
  description: string
}

/** Own wording for the codes that the sandbox answers; the platform's own texts are not stable either. */
const messages: Readonly<Record<number, string>> = {
  9499: 'Bad Request',
  10003: 'invalid param',
  10014: 'app secret invalid',
  20001: 'a required parameter is missing',
  20002: 'the client secret is invalid',
  20003: 'the code is invalid',
  20004: 'the code expired',
  20005: 'the access token is invalid',
  20024: 'the code or refresh token belongs to another client_id',
  20026: 'the refresh token is invalid',
  20036: 'the grant_type is not supported',
  20037: 'the refresh token expired',
  20048: 'the app does not exist',
  20049: 'the PKCE verification failed',
  20065: 'the code was used already',
  20067: 'the scope names something twice',
  20068: 'the user did not grant this scope',
  20071: 'redirect_uri differs from the authorize call',
  20073: 'the refresh token was used already',
  40008: 'the department does not exist',
  40012: 'page_token is invalid',
  41050: 'the user is outside the contact scope of the app',
  230001: 'invalid request parameter',
  230002: 'the bot is not a member of the chat',
  230011: 'the message was recalled',
  230012: 'the bot is not the sender of the message',
  230013: 'the bot is not available to this user',
  230015: 'a direct chat cannot be shared',
  230017: 'the bot does not own this resource',
  230019: 'the thread does not exist',
  230020: 'too many messages to this chat',
  230025: 'the message content is too long',
  230026: 'no permission to recall this message',
  230027: 'permissions are missing',
  230031: 'cards can be changed for 14 days',
  230033: 'readers are known for 7 days',
  230034: 'receive_id is invalid',
  230054: 'this type of message does not support the operation',
  230055: 'the type of the file does not fit the type of the message',
  230061: 'this type of message cannot be forwarded',
  230065: 'the message to be forwarded was recalled',
  230071: 'the operator is not the sender of the message',
  230072: 'the message was edited too often',
  230099: 'Failed to create card content',
  230110: 'the message was deleted',
  231001: 'the reaction type is invalid',
  231002: 'the operator may not react to this message',
  231003: 'the message is not found',
  231007: 'the operator may not delete this reaction',
  231010: 'the reaction does not belong to the message',
  231011: 'reaction_id is invalid',
  231012: 'page_token is invalid',
  232001: 'invalid request parameter',
  232006: 'chat_id is invalid',
  232011: 'the operator is not a member of the chat',
  232021: 'the bot does not exist',
  232027: 'the list holds no valid member',
  232043: 'the list holds ids that are not available',
  100000: 'the card is too large',
  200000: 'the message was recalled',
  200310: 'the card belongs to another app',
  200320: 'open_ids are invalid',
  300020: 'the token is invalid',
  300030: 'the token expired',
  300040: 'the token is used up',
  300090: 'open_ids are missing for a card that is not shared',
  234001: 'invalid request parameter',
  234003: 'the file is not in the message',
  234004: 'the app is not in the chat',
  234006: 'the file is too large',
  234008: 'the app did not upload this resource',
  234010: 'the file is empty',
  234011: 'the image format is unknown',
  234039: 'the image has too many pixels',
  234043: 'this type of message holds no resources',
  99991400: 'request trigger frequency limit',
  99991661: 'Missing access token for authorization',
  99991663: 'Invalid access token for authorization',
  99991668: 'Invalid user access token',
  99991671: 'Invalid access token: the prefix must be t- or u-',
  99991677: 'the user access token expired',
  99992351: 'not a valid open_id',
  99992354: 'not a valid message_id',
  99992360: 'not a valid user_id',
  99992361: 'the open_id belongs to another app',
  99992363: 'not a valid union_id',
  99992402: 'field validation failed',
}

/** A documented refusal: a code, and what the API adds to it. */
export class PlatformError extends Error {
  override name = 'PlatformError'
  readonly code: number
  readonly violations: readonly FieldViolation[]

  constructor(code: number, detail?: string, violations: readonly FieldViolation[] = []) {
    const text = messages[code] ?? 'request refused'
    super(detail ? `${text}, ext=${detail}` : text)
    this.code = code
    this.violations = violations
  }
}
