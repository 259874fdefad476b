import type { HandlerFailure } from '@larkspur/core'
import type { SandboxControl, SandboxMessage, SandboxUser, SayResult } from '@larkspur/sandbox'
import { type Expected, fits, seenFailure, silenceFailure } from './expectation.ts'

/** What a chat of a test is part of. */
export interface Place {
  readonly sandbox: SandboxControl
  readonly appId: string
  readonly failures: readonly HandlerFailure[]
  readonly timeoutMs: number
  settled(): Promise<void>
}

/** What is said: text, or the content of another message type as users' messages carry it. */
export type Said = string | { readonly messageType: string; readonly content: string | Record<string, unknown> }

/** What may go with a message. */
export interface SaysOptions {
  /** The answer of the bot to wait for; the same as `shouldSee` right after. */
  readonly expect?: Expected | undefined
  /** Message id (`om_…`) that this one answers. */
  readonly replyTo?: string | undefined
}

/** What may go with a message in a group. */
export interface GroupSaysOptions extends SaysOptions {
  /** Who is mentioned: the bot, everybody, or people by user id. A bot gets only messages that mention it. */
  readonly mention?: 'bot' | 'all' | readonly string[] | undefined
}

/** Timers may fire this much early, milliseconds. */
const timerSlackMs = 2

/** A chat as a test sees it. It remembers which of the bot's messages were seen already. */
abstract class TestChat {
  protected readonly place: Place
  /** `seq` of the last message of the bot that was seen. */
  #seenSeq = 0

  constructor(place: Place) {
    this.place = place
  }

  /** The chat's id (`oc_…`), or undefined for a direct chat in which nothing was said yet. */
  abstract chatId(): Promise<string | undefined>
  protected abstract readonly who: string

  /** Everything that was said here, oldest first. */
  async messages(): Promise<SandboxMessage[]> {
    const chatId = await this.chatId()
    return chatId === undefined ? [] : this.place.sandbox.messages({ chatId })
  }

  /**
   * Waits for a message of the bot, among those that were not seen yet, and gives it back. A text must be the whole
   * message. What came before it counts as seen.
   * @throws AssertionError after `timeoutMs`, with the conversation so far
   */
  async shouldSee(expected: Expected, { timeoutMs = this.place.timeoutMs } = {}): Promise<SandboxMessage> {
    const deadline = performance.now() + timeoutMs
    let afterSeq = this.#seenSeq
    for (;;) {
      const message = await this.#nextOfBot(afterSeq, deadline - performance.now())
      if (!message) {
        const unseen = await this.#unseen()
        throw seenFailure(
          this.who,
          expected,
          unseen,
          await this.messages(),
          this.place.failures,
          timeoutMs,
          this.shouldSee,
        )
      }
      afterSeq = message.seq
      if (!fits(message, expected)) continue
      this.#seenSeq = message.seq
      return message
    }
  }

  /** Whether the bot, once it has settled, said this among the messages that were not seen yet. */
  async sees(expected: Expected): Promise<boolean> {
    await this.place.settled()
    return (await this.#unseen()).some((message) => fits(message, expected))
  }

  /**
   * Waits, without sleeping, until the bot has handled everything; then it must have said nothing more here.
   * @throws AssertionError with the conversation so far
   */
  async shouldStaySilent(): Promise<void> {
    await this.place.settled()
    const unseen = await this.#unseen()
    if (unseen.length > 0) throw silenceFailure(this.who, unseen, await this.messages(), this.shouldStaySilent)
  }

  protected async sent(user: string, to: string | { appId: string }, said: Said, options: GroupSaysOptions) {
    const { expect, replyTo, mention } = options
    const mentions = mention === 'bot' ? [this.place.appId] : mention
    const result = await this.place.sandbox.say({
      ...{ user, to },
      ...(typeof said === 'string' ? { text: said } : said),
      ...(replyTo !== undefined && { replyTo }),
      ...(mentions !== undefined && { mentions }),
    })
    if (expect !== undefined) await this.shouldSee(expect)
    return result
  }

  async #unseen(): Promise<SandboxMessage[]> {
    return (await this.messages()).filter((message) => message.seq > this.#seenSeq && this.#isOfBot(message))
  }

  #isOfBot({ sender }: SandboxMessage): boolean {
    return sender.type === 'bot' && sender.id === this.place.appId
  }

  async #nextOfBot(afterSeq: number, timeoutMs: number): Promise<SandboxMessage | undefined> {
    const deadline = performance.now() + timeoutMs
    for (let seq = afterSeq; ; ) {
      const left = deadline - performance.now()
      const chatId = await this.chatId()
      // A bot may open the direct chat itself: until there is one, a message in any chat may be the first.
      const scope = chatId === undefined ? {} : { chatId }
      const message = await this.place.sandbox
        .waitForMessage({ ...scope, afterSeq: seq, sender: 'bot', timeoutMs: Math.max(1, Math.ceil(left)) })
        .catch((error: unknown) => {
          if (performance.now() >= deadline - timerSlackMs) return undefined
          throw error
        })
      if (!message) return undefined
      if (this.#isOfBot(message) && message.chatId === (await this.chatId())) return message
      seq = message.seq
    }
  }
}

/** A person in the direct chat with the bot. */
export class TestUser extends TestChat {
  readonly userId: string
  readonly name: string
  /** The person's open_id (`ou_…`) as the bot's app sees it. */
  readonly openId: string

  constructor(person: SandboxUser, place: Place) {
    super(place)
    this.userId = person.userId
    this.name = person.name
    this.openId = person.openIds[place.appId] ?? person.openId
  }

  protected get who(): string {
    return this.name
  }

  async chatId(): Promise<string | undefined> {
    const { sandbox, appId } = this.place
    const chats = await sandbox.chats()
    return chats.find(
      ({ type, userIds, appIds }) => type === 'p2p' && userIds.includes(this.userId) && appIds.includes(appId),
    )?.chatId
  }

  /** Says something to the bot; resolves when it was sent, or when the expected answer came. */
  says(said: Said, options: SaysOptions = {}): Promise<SayResult> {
    return this.sent(this.userId, { appId: this.place.appId }, said, options)
  }
}

/** A group that the bot is in. */
export class TestGroup extends TestChat {
  readonly id: string
  readonly name: string

  constructor(id: string, name: string, place: Place) {
    super(place)
    this.id = id
    this.name = name
  }

  protected get who(): string {
    return `the group ${this.name}`
  }

  chatId(): Promise<string> {
    return Promise.resolve(this.id)
  }

  /** A member says something; the bot gets it when it is mentioned. Resolves as `TestUser.says` does. */
  says(user: TestUser | string, said: Said, options: GroupSaysOptions = {}): Promise<SayResult> {
    return this.sent(typeof user === 'string' ? user : user.userId, this.id, said, options)
  }
}
