import type { CallbackResult, EditOptions, SandboxControl, SayOptions, SayResult } from '../../../src/control.ts'
import type { MembersChange } from '../../../src/im/group-actions.ts'
import type { CallBodies, InspectorRows } from '../../../src/page-server/inspector-records.ts'
import type { PageChat, PageConsent, PageMessages, PageStart } from '../../../src/page-server/page-records.ts'
import type { SandboxChat } from '../../../src/records.ts'
import { wordsNow } from '../words/locale.ts'

type ArgumentOf<F extends (...given: never) => unknown> =
  Parameters<F> extends [] ? Record<string, never> : NonNullable<Parameters<F>[0]>

type InspectorVerbs = {
  [V in
    | 'links'
    | 'dropLinks'
    | 'stallLinks'
    | 'pushGarbage'
    | 'authorize'
    | 'addFault'
    | 'clearFaults'
    | 'faultCounts'
    | 'voidTokens'
    | 'setClock'
    | 'configure']: [ArgumentOf<SandboxControl[V]>, Awaited<ReturnType<SandboxControl[V]>>]
}

/** What the verbs of the control API take and give, as far as people on the page use them. */
interface Verbs extends InspectorVerbs {
  say: [SayOptions, SayResult]
  recall: [{ user: string; messageId: string }, unknown]
  edit: [EditOptions, unknown]
  react: [{ user: string; messageId: string; emojiType: string }, unknown]
  unreact: [{ user: string; messageId: string; emojiType: string }, unknown]
  read: [{ user: string; chatId: string }, unknown]
  clickCard: [Record<string, unknown>, CallbackResult]
  createChat: [{ name: string; users: readonly string[]; apps: readonly string[] }, SandboxChat]
  addBot: [{ user: string; chatId: string; appId: string }, unknown]
  addMembers: [MembersChange, unknown]
  removeMembers: [MembersChange, unknown]
  renameChat: [{ user: string; chatId: string; name: string }, unknown]
  disbandChat: [{ user: string; chatId: string }, unknown]
  removeBot: [{ user: string; chatId: string; appId: string }, unknown]
  repushNow: [Record<string, never>, unknown]
  openMenu: [{ user: string; appId: string; eventKey: string }, unknown]
}

/** A refusal of the sandbox, with its sentence and the platform's code where it has one. */
export class Refusal extends Error {
  readonly code: number | undefined

  constructor(message: string, code: number | undefined) {
    super(message)
    this.code = code
  }
}

/** Which part of a conversation is wanted. */
export interface MessagesQuery {
  user: string
  chat: string
  thread?: string | undefined
  before?: number
  after?: number
  /** A message id. */
  around?: string
  limit?: number
}

/**
 * Runs a verb of the control API.
 *
 * @throws Error with the sandbox's sentence
 */
export async function control<V extends keyof Verbs>(verb: V, argument: Verbs[V][0]): Promise<Verbs[V][1]> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(argument) }
  const answer = (await answerOf(`/sandbox/${verb}`, init)) as { result: Verbs[V][1] }
  return answer.result
}

export function loadStart(): Promise<PageStart> {
  return answerOf('/sandbox/page/start') as Promise<PageStart>
}

export function loadChats(user: string): Promise<PageChat[]> {
  return answerOf(`/sandbox/page/chats?${new URLSearchParams({ user })}`) as Promise<PageChat[]>
}

export function loadMessages(query: MessagesQuery): Promise<PageMessages> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return answerOf(`/sandbox/page/messages?${search}`) as Promise<PageMessages>
}

/** What the page's own address asks a person to agree to. */
export function loadConsent(): Promise<PageConsent> {
  return answerOf(`/sandbox/page/consent${location.search}`) as Promise<PageConsent>
}

/** Names of the APIs that the sandbox models. */
export function loadApis(): Promise<string[]> {
  return answerOf('/sandbox/page/apis') as Promise<string[]>
}

export function loadTraffic(): Promise<InspectorRows> {
  return answerOf('/sandbox/page/inspector') as Promise<InspectorRows>
}

/** Header and event as they were pushed. */
export function loadEvent(eventId: string): Promise<unknown> {
  return answerOf(`/sandbox/page/inspector/event?${new URLSearchParams({ id: eventId })}`)
}

export function loadCallback(seq: number): Promise<{ pushed: unknown; response?: unknown }> {
  return answerOf(`/sandbox/page/inspector/callback?seq=${seq}`) as Promise<{ pushed: unknown; response?: unknown }>
}

export function loadCall(seq: number): Promise<CallBodies> {
  return answerOf(`/sandbox/page/inspector/call?seq=${seq}`) as Promise<CallBodies>
}

/** Uploads what a person wants to say; answers its key. */
export async function upload(file: File, kind: 'image' | 'file'): Promise<string> {
  const search = new URLSearchParams({ kind, name: file.name })
  const answer = await answerOf(`/sandbox/page/upload?${search}`, { method: 'POST', body: file })
  return (answer as { key: string }).key
}

/** Address of an uploaded image or file. */
export function resourceUrl(key: string): string {
  return `/sandbox/page/resource?${new URLSearchParams({ key })}`
}

async function answerOf(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new Error(wordsNow()('lostTitle'), { cause })
  })
  const body = (await response.json().catch(() => ({}))) as { error?: string; msg?: string; code?: number }
  if (response.ok) return body
  throw new Refusal(body.error ?? body.msg ?? `HTTP ${response.status}`, body.code)
}
