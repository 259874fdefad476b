import type { AppClient } from '@larkspur/core'
import { messagingError } from './errors.ts'

/** Top level of the answer: this API has no `data` (open.feishu.cn docs: bot-v3 info). */
interface BotInfo {
  readonly bot?: { readonly open_id?: string }
}

/** Who the bot is in each app: asked for at the first need, once, and kept; an app's bot never changes its id. */
export class BotIdentities {
  readonly #app: (appId: string) => AppClient
  readonly #known = new Map<string, string>()
  readonly #asking = new Map<string, Promise<string>>()

  constructor(app: (appId: string) => AppClient) {
    this.#app = app
  }

  /**
   * The open id (`ou_…`) of the app's bot; a promise while it is not known. A failure is not kept: the event that
   * needed it is retried, and asks again.
   * @throws MESSAGING_ANSWER_UNREADABLE, and those of AppClient.request
   */
  openIdOf(appId: string): string | Promise<string> {
    const known = this.#known.get(appId) ?? this.#asking.get(appId)
    if (known !== undefined) return known
    const asking = this.#ask(appId).finally(() => this.#asking.delete(appId))
    this.#asking.set(appId, asking)
    return asking
  }

  async #ask(appId: string): Promise<string> {
    const answer = await this.#app(appId).request<unknown, BotInfo>({
      path: '/open-apis/bot/v3/info',
      answer: 'envelope',
    })
    const openId = answer?.bot?.open_id
    if (!openId)
      throw messagingError('MESSAGING_ANSWER_UNREADABLE', {
        message: `the platform did not say who the bot of ${appId} is (bot/v3/info without bot.open_id)`,
      })
    this.#known.set(appId, openId)
    return openId
  }
}
