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

/**
 * Answers a callback with the object that the platform documents for it (`{ toast, card }`, `{ inline }`), or nothing.
 * Return undefined to leave it to the next handler.
 */
export type CallbackHandler<Body = unknown> = (
  callback: PlatformCallback<Body>,
) => object | undefined | Promise<object | undefined>

/** How a callback handler is registered. */
export interface CallbackOptions<Body = unknown> {
  readonly name?: string | undefined
  readonly filter?: ((callback: PlatformCallback<Body>) => boolean) | undefined
  /** Gets an answer that came too late (past dispatch.callbackTimeoutMs), to bring it to the person in another way. */
  readonly onLate?: ((callback: PlatformCallback<Body>, answer: object) => Promise<void>) | undefined
}
