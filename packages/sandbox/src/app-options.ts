/** An app to be made; what is left out follows from the seed. */
export interface AddAppOptions {
  appId?: string
  appSecret?: string
  name?: string
  /** All group messages, not only those that mention the bot. Default false. */
  receivesAllGroupMessages?: boolean
  /** Who may use the bot. Default everyone. */
  availableTo?: 'everyone' | readonly string[]
  /** Events and callbacks are posted here; taken without a challenge, because the bot does not know its app yet. */
  requestUrl?: string
  /** Encrypt Key of the webhook; without it bodies are plain and unsigned. */
  encryptKey?: string
  verificationToken?: string
  /** Entries of the bot's menu, which no API can set. Default: one with the key `help`. */
  menu?: readonly MenuEntry[]
}

/**
 * An entry of a bot's menu as the developer console sets it up: it tells the bot its `eventKey` (docs: bot-v3 events menu), says
 * `text` in the person's name, opens `url`, or has entries of its own.
 */
export type MenuEntry = { name: string } & (
  | { eventKey: string }
  | { text: string }
  | { url: string }
  | { entries: readonly MenuEntry[] }
)

/** How an app gets its events and callbacks. */
export type DeliveryOptions = {
  appId: string
  /** Changes one of them alone. Default both. */
  only?: 'events' | 'callbacks'
} & (
  | { delivery: 'websocket' }
  | {
      delivery: 'webhook'
      /** Must answer a `url_verification` challenge with HTTP 200 within a second. */
      requestUrl: string
      /** Of events and callbacks alike; without it bodies are plain and unsigned. */
      encryptKey?: string
      /** Default: stays as it is. */
      verificationToken?: string
    }
)
