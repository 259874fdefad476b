/**
 * A callback in the hands of its handler: a card click, a link preview. The platform waits 3 s for the answer and asks
 * only once (open.feishu.cn docs: callback-overview), so the handler runs at once, outside lane order.
 */
export interface PlatformCallback<Body = unknown> {
  /** `card.action.trigger` or `url.preview.get`. */
  readonly type: string
  readonly key: string
  /** `cli_…` */
  readonly appId: string
  readonly tenantKey: string
  readonly body: Body
  /** 1, or more when the process died before it had ended. */
  readonly attempt: number
  /** True once the answer can no longer reach the person: deliver the result as a card update instead. */
  readonly late: boolean
  readonly signal: AbortSignal
}

/** A short message at the top of the screen. */
export interface CallbackToast {
  /** Default `info`. */
  readonly type?: 'info' | 'success' | 'error' | 'warning' | undefined
  readonly content: string
  /** `content` by language, e.g. `zh_cn`, `en_us`. */
  readonly i18n?: Readonly<Record<string, string>> | undefined
}

/** A card in the answer to a callback: its JSON, of the same schema version as the card that was sent, or a template. */
export type CallbackCard =
  | { readonly type: 'raw'; readonly data: object }
  | {
      readonly type: 'template'
      readonly data: {
        readonly template_id: string
        readonly template_version_name?: string | undefined
        readonly template_variable?: Readonly<Record<string, unknown>> | undefined
      }
    }

/** Answer to `card.action.trigger`; `{}` acknowledges and changes nothing. */
export interface CardActionAnswer {
  readonly toast?: CallbackToast | undefined
  /** Replaces the card: for all when it is shared, else for the person who clicked. */
  readonly card?: CallbackCard | undefined
}

/** Answer to `url.preview.get`. */
export interface UrlPreviewAnswer {
  /** Stands in the place of the link. */
  readonly inline: {
    readonly title: string
    /** `title` by language, e.g. `zh_cn`, `en_us`. */
    readonly i18n_title?: Readonly<Record<string, string>> | undefined
    /** `img_…` */
    readonly image_key?: string | undefined
    readonly url?: Readonly<Partial<Record<'copy_url' | 'ios' | 'android' | 'pc' | 'web', string>>> | undefined
  }
  readonly card?: CallbackCard | undefined
}

/**
 * What handlers of each callback may answer (open.feishu.cn docs: card callback communication; link preview callback).
 * Callbacks of other types may answer any object.
 */
export interface CallbackAnswers {
  readonly 'card.action.trigger': CardActionAnswer
  readonly 'url.preview.get': UrlPreviewAnswer
}

/** Answers a callback, see {@link CallbackAnswers}. Return undefined to leave it to the next handler. */
export type CallbackHandler<Body = unknown, Answer extends object = object> = (
  callback: PlatformCallback<Body>,
) => Answer | undefined | Promise<Answer | undefined>

/** How a callback handler is registered. */
export interface CallbackOptions<Body = unknown, Answer extends object = object> {
  readonly name?: string | undefined
  readonly filter?: ((callback: PlatformCallback<Body>) => boolean) | undefined
  /** Gets an answer that came too late (past dispatch.callbackTimeoutMs), to bring it to the person in another way. */
  readonly onLate?: ((callback: PlatformCallback<Body>, answer: Answer) => Promise<void>) | undefined
}
