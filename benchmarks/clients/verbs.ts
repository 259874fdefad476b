/** What the client does with a message. */
export type HandlerKind = 'none' | 'nothing' | 'five-seconds' | 'send'

/** How a client is started. */
export interface ClientSettings {
  readonly url: string
  readonly appId: string
  readonly appSecret: string
  /** `ou_…` that messages are sent to. */
  readonly receiver: string
  readonly handler: HandlerKind
  /** Whether it opens the long connection; without it, it only sends. */
  readonly linked: boolean
  /** False: events are stored, not handled. */
  readonly work: boolean
  /** URL of the database. */
  readonly database: string
}

/** What a client can be asked. */
export interface ClientVerbs {
  start(settings: ClientSettings): Promise<void>
  /** Waits until that many more events than at the last call are handled and settled; answers when, in ms since 1970. */
  handled(count: number): Promise<number>
  /** Sends messages; answers how long it took, milliseconds. */
  send(load: { readonly count: number; readonly inFlight: number }): Promise<number>
  /** Handles events in process, through five middleware where there are any; answers nanoseconds an event. */
  dispatch(count: number): Promise<number>
  /** Asks for that many tenant tokens at once. */
  tokensAtOnce(count: number): Promise<void>
  /** Asks for a tenant token that often, one after another; answers how many a second. */
  tokensInTurn(count: number): Promise<number>
  /** Memory after a full collection, MB. */
  memory(): Promise<{ readonly rss: number; readonly heap: number }>
}

/** Answers the parent's calls. */
export function serve(verbs: ClientVerbs): void {
  process.on('message', ({ id, verb, argument }: { id: number; verb: keyof ClientVerbs; argument: never }) => {
    Promise.resolve()
      .then((): unknown => verbs[verb](argument))
      .then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
      )
  })
  process.on('disconnect', () => process.exit())
}

/** Counts handled events, and tells when enough are. */
export class HandledCount {
  #count = 0
  #wanted = Number.POSITIVE_INFINITY
  #reached: (atMs: number) => void = () => {}

  add(): void {
    this.#count += 1
    if (this.#count === this.#wanted) this.#reached(performance.timeOrigin + performance.now())
  }

  wait(count: number): Promise<number> {
    const from = Number.isFinite(this.#wanted) ? this.#wanted : 0
    this.#wanted = from + count
    if (this.#count >= this.#wanted) return Promise.resolve(performance.timeOrigin + performance.now())
    return new Promise((resolve) => {
      this.#reached = resolve
    })
  }
}

/** Runs `once` that often, that many at a time; answers milliseconds. */
export async function closedLoop(
  { count, inFlight }: { readonly count: number; readonly inFlight: number },
  once: () => Promise<unknown>,
): Promise<number> {
  let left = count
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left > 0) {
        left -= 1
        await once()
      }
    }),
  )
  return performance.now() - startedAt
}

/** Asks in turn; answers how many a second. */
export async function perSecond(count: number, once: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  for (let number = 0; number < count; number += 1) await once()
  return (count / (performance.now() - startedAt)) * 1000
}

/** Memory of this process after a full collection, MB. */
export async function memory(): Promise<{ rss: number; heap: number }> {
  globalThis.gc?.()
  await new Promise((resolve) => setTimeout(resolve, 200))
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss: rss / 1e6, heap: heapUsed / 1e6 }
}

/** An event as it is after JSON.parse; each one is new, as on the link. */
export function sampleEvent(appId: string, number: number): Record<string, unknown> {
  const id = number.toString(16).padStart(32, '0')
  return {
    schema: '2.0',
    header: {
      event_id: id,
      event_type: 'im.message.receive_v1',
      create_time: '1760000000000',
      token: 'token',
      app_id: appId,
      tenant_key: 'tenant',
    },
    event: {
      sender: { sender_id: { open_id: 'ou_1', union_id: 'on_1', user_id: 'u1' }, sender_type: 'user' },
      message: {
        message_id: `om_${id}`,
        chat_id: 'oc_1',
        chat_type: 'p2p',
        message_type: 'text',
        content: '{"text":"hello"}',
        create_time: '1760000000000',
      },
    },
  }
}
