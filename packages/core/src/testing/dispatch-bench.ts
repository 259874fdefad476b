import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Dispatcher, type DispatcherOptions } from '../dispatch/dispatcher.ts'
import { EventRunner, type RunFailure, type RunOptions } from '../dispatch/event-runner.ts'
import { Handlers } from '../dispatch/handlers.ts'
import { asStored } from '../dispatch/put.ts'
import { readEnvelope } from '../inbox/envelope.ts'
import type { InboxStore, NewEvent, Settlement, StoredEvent } from '../inbox/inbox-store.ts'
import { openSqliteInbox } from '../inbox/sqlite-inbox.ts'
import type { Log } from '../observe/log.ts'

/** A log that goes nowhere. */
export const quiet: Log = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => quiet,
}

/** App of the tests. */
export const appId = 'cli_00000000000000aa'

/** Opens a SQLite inbox in a folder of its own. */
export async function openTestInbox(): Promise<{ store: InboxStore; folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'larkspur-inbox-'))
  const store = await openSqliteInbox({ folder, hold: true, log: quiet })
  return {
    store,
    folder,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const runOptions: RunOptions = {
  handlerTimeoutMs: 2000,
  maxAttempts: 3,
  maxCrashes: 3,
  firstRetryMs: 1,
  maxRetryMs: 5,
}
const dispatcherOptions: DispatcherOptions = { concurrency: 16, extendMs: 300, pollMs: 5, drainMs: 500 }

/** A dispatcher on a real inbox, with events pushed as a link would. */
export class DispatchBench {
  readonly handlers = new Handlers()
  readonly failures: RunFailure[] = []
  readonly settled: { event: StoredEvent; settlement: Settlement }[] = []
  readonly dispatcher: Dispatcher
  readonly store: InboxStore
  #wakeWaiter: (() => void) | undefined

  constructor(
    store: InboxStore,
    options: Partial<RunOptions & DispatcherOptions & { leaseMs: number; ownerId: string }> = {},
  ) {
    this.store = store
    const { leaseMs = 10_000, ownerId = 'bench' } = options
    const runner = new EventRunner(
      this.handlers,
      { ...runOptions, ...options },
      (failure) => this.failures.push(failure),
      (error) => String(error),
    )
    this.dispatcher = new Dispatcher({
      owner: { id: ownerId, leaseMs },
      store,
      runner,
      options: { ...dispatcherOptions, ...options },
      filter: () => ({ appIds: [appId], names: this.handlers.workNames() }),
      onSettled: (event, settlement) => {
        this.settled.push({ event, settlement })
        this.#wakeWaiter?.()
      },
      log: quiet,
    })
  }

  /** Stores a message of a chat and offers it to the dispatcher. */
  async push(messageId: string, chatId = 'oc_1'): Promise<void> {
    const raw = {
      schema: '2.0',
      header: {
        event_id: `id-${messageId}`,
        event_type: 'im.message.receive_v1',
        create_time: '0',
        app_id: appId,
        tenant_key: 'tenant',
      },
      event: { message: { message_id: messageId, chat_id: chatId } },
    }
    const envelope = readEnvelope(raw)
    const { key, type, lane } = envelope
    const event: NewEvent = { appId, key, kind: 'event', type, lane, tenantKey: 'tenant', body: JSON.stringify(raw) }
    const result = await this.store.put(event, this.dispatcher.taker())
    if (result.outcome === 'stored' && result.lease)
      this.dispatcher.offer(result.lease, result.taken === true, asStored(event, result.seq), envelope)
  }

  /** Resolves when so many events were settled with one of the outcomes. */
  async settledCount(count: number, ...outcomes: readonly Settlement['outcome'][]): Promise<void> {
    const matching = (): number =>
      this.settled.filter(({ settlement }) => outcomes.length === 0 || outcomes.includes(settlement.outcome)).length
    while (matching() < count)
      await new Promise<void>((resolve) => {
        this.#wakeWaiter = resolve
      })
  }
}
