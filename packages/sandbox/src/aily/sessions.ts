import type { SandboxClock } from '../clock.ts'
import type { RunIds } from '../ids.ts'
import { PlatformError } from '../platform-error.ts'
import { BoundedMap } from '../retention.ts'
import type { Actor } from '../tenant.ts'
import type { AilyAnswer, AilyAnswers } from './answers.ts'

/** A message of a session: a user's, or what a run answers. */
export interface AilyMessage {
  /** `message_…` */
  id: string
  /** Of answers. */
  run: AilyRun | undefined
  idempotentId: string | undefined
  contentType: string
  content: string
  fileIds: readonly string[]
  quoteMessageId: string
  mentions: readonly unknown[]
  createdAtMs: number
}

/** A run: queued, then in progress, then ended, by the platform's clock. */
export interface AilyRun {
  /** `run_…` */
  id: string
  appId: string
  metadata: string
  createdAtMs: number
  startedAtMs: number
  endsAtMs: number
  cancelled: boolean
  answer: AilyAnswer
}

export interface AilySession {
  /** `session_…` */
  id: string
  /** Only the app and person that made it see it. */
  appId: string
  createdBy: Actor
  createdAtMs: number
  modifiedAtMs: number
  channelContext: string
  metadata: string
  messages: AilyMessage[]
  runs: AilyRun[]
}

export type RunStatus = 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED'

const queuedMs = 200
const idempotentMs = 72 * 3_600_000
const keptSessions = 2000
const maxEntries = 1000

/** The sessions with Aily assistants. */
export class AilySessions {
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #answers: AilyAnswers
  readonly #sessions = new BoundedMap<string, AilySession>(keptSessions)

  constructor(clock: SandboxClock, ids: RunIds, answers: AilyAnswers) {
    this.#clock = clock
    this.#ids = ids
    this.#answers = answers
  }

  /** @throws PlatformError 2700001 for a session that is not there, or somebody else's */
  session(id: string, appId: string, caller: Actor): AilySession {
    const session = this.#sessions.get(id)
    const isOwn = session?.appId === appId && session.createdBy.id === caller.id
    if (session && isOwn) return session
    throw new PlatformError(2700001, `there is no session ${id}`)
  }

  add(options: Pick<AilySession, 'appId' | 'createdBy' | 'channelContext' | 'metadata'>): AilySession {
    const now = this.#clock.now()
    const id = this.#newId('session')
    const session = { ...options, id, createdAtMs: now, modifiedAtMs: now, messages: [], runs: [] }
    this.#sessions.set(id, session)
    return session
  }

  remove(session: AilySession): void {
    // Nobody owns it any more, so nobody finds it.
    session.appId = ''
  }

  /** A user's message; the same idempotent id gives the same message for 72 hours. */
  addMessage(session: AilySession, message: Omit<AilyMessage, 'id' | 'run' | 'createdAtMs'>): AilyMessage {
    const now = this.#clock.now()
    const earlier = session.messages.find(({ idempotentId, createdAtMs }) => {
      return idempotentId === message.idempotentId && createdAtMs + idempotentMs > now
    })
    if (earlier) return earlier
    const added = { ...message, id: this.#newId('message'), run: undefined, createdAtMs: now }
    this.#push(session, session.messages, added)
    return added
  }

  /** @throws PlatformError 2700001 while another run of the session is active */
  addRun(session: AilySession, options: { appId: string; skillId: string | undefined; metadata: string }): AilyRun {
    const active = session.runs.find((run) => ['QUEUED', 'IN_PROGRESS'].includes(this.status(run)))
    if (active) throw new PlatformError(2700001, `run ${active.id} of this session is active`)
    const now = this.#clock.now()
    const query = session.messages.findLast(({ run }) => !run)?.content ?? ''
    const answer = this.#answers.next(query, options.skillId)
    const run: AilyRun = {
      id: this.#newId('run'),
      appId: options.appId,
      metadata: options.metadata,
      createdAtMs: now,
      startedAtMs: now + queuedMs,
      endsAtMs: now + queuedMs + answer.afterMs,
      cancelled: false,
      answer,
    }
    this.#push(session, session.runs, run)
    if (answer.error) return run
    const said = { idempotentId: undefined, fileIds: [], quoteMessageId: '', mentions: [] }
    const message = { ...said, id: this.#newId('message'), run, contentType: 'MDX', content: answer.text }
    this.#push(session, session.messages, { ...message, createdAtMs: run.startedAtMs })
    return run
  }

  /** Ends an active run; one that has ended stays as it is. */
  cancel(run: AilyRun): void {
    if (!['QUEUED', 'IN_PROGRESS'].includes(this.status(run))) return
    run.endsAtMs = this.#clock.now()
    run.cancelled = true
  }

  status(run: AilyRun): RunStatus {
    const now = this.#clock.now()
    if (run.cancelled) return 'CANCELLED'
    if (now < run.startedAtMs) return 'QUEUED'
    if (now < run.endsAtMs) return 'IN_PROGRESS'
    return run.answer.error ? 'FAILED' : 'COMPLETED'
  }

  /** What of a message is there: all of a user's, of an answer as much as its run has brought; nothing before that. */
  contentNow(message: AilyMessage): { content: string; isComplete: boolean } | undefined {
    const { run, content } = message
    if (!run) return { content, isComplete: true }
    const status = this.status(run)
    if (status === 'COMPLETED') return { content, isComplete: true }
    if (status !== 'IN_PROGRESS') return undefined
    const share = (this.#clock.now() - run.startedAtMs) / (run.endsAtMs - run.startedAtMs)
    return { content: content.slice(0, Math.floor(content.length * share)), isComplete: false }
  }

  reset(): void {
    this.#sessions.clear()
  }

  #push<T>(session: AilySession, list: T[], entry: T): void {
    list.push(entry)
    if (list.length > maxEntries) list.shift()
    session.modifiedAtMs = this.#clock.now()
  }

  #newId(kind: string): string {
    const hex = this.#ids.hex32()
    return `${kind}_${hex.slice(0, 8)}${hex.slice(-8)}`
  }
}
