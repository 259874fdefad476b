import type { ServerResponse } from 'node:http'
import type { Platform } from '../api-call.ts'
import { loadContracts } from '../api-contract.ts'
import { imageFormat } from '../im/image-format.ts'
import { ConsentError, consentRequest } from '../oauth/consent.ts'
import type { UserRecord } from '../tenant.ts'
import type { InspectorView } from './inspector-view.ts'
import type { PageConsent } from './page-records.ts'
import type { PageView } from './page-view.ts'

const defaultLimit = 40
const maxLimit = 400
const mediaTypes: Readonly<Record<string, string>> = { opus: 'audio/ogg', mp4: 'video/mp4' }

/** What a query of the page consists of. */
export interface PageRequest {
  method: string
  /** Below `/sandbox/page/`. */
  path: string
  query: URLSearchParams
  body: Buffer
}

/** Answers the page's own queries. */
export type PageRoutes = (request: PageRequest, response: ServerResponse) => Promise<void>

/**
 * Below `/sandbox/page/`: `GET start`, `GET chats?user=`, `GET messages?user=&chat=&thread=&before=&after=&around=&limit=`,
 * `GET resource?key=`, `POST upload?kind=&name=`, `GET apis`, `GET consent` with the query of an authorize address, `GET inspector`, and of its rows `GET inspector/event?id=`,
 * `inspector/callback?seq=` and `inspector/call?seq=` with what was sent. A refusal is HTTP 400 with `{"error": "…"}`.
 */
export function pageRoutes(platform: Platform, view: PageView, inspector: InspectorView): PageRoutes {
  const userIn = (query: URLSearchParams): UserRecord => platform.tenant.user(query.get('user') ?? '')

  const messages = (query: URLSearchParams): unknown => {
    const user = userIn(query)
    const chatId = query.get('chat') ?? ''
    const chat = platform.chats.find(chatId)
    if (chat && !chat.userIds.has(user.userId)) throw new Error(`${user.userId} is not a member of chat ${chatId}.`)
    return view.messages(user, chatId, {
      threadId: query.get('thread') ?? undefined,
      before: seqIn(query, 'before'),
      after: seqIn(query, 'after'),
      around: platform.messages.find(query.get('around') ?? '')?.seq,
      limit: Math.min(maxLimit, seqIn(query, 'limit') ?? defaultLimit),
    })
  }

  const consent = (query: URLSearchParams): PageConsent => {
    const { app, scopes, binding } = consentRequest(platform, query)
    return { appId: app.appId, appName: app.name, scopes, redirectUri: binding.redirectUri }
  }

  const upload = (query: URLSearchParams, bytes: Buffer): unknown => {
    const kind = query.get('kind') === 'image' ? 'image' : 'file'
    if (bytes.length === 0) throw new Error('The file is empty; the platform takes none without content.')
    const type = kind === 'image' ? 'message' : 'stream'
    const fileName = query.get('name') || kind
    const { key } = platform.resources.add({ kind, appId: undefined, fileName, type, durationMs: undefined, bytes })
    return { key }
  }

  return async ({ method, path, query, body }, response) => {
    try {
      const name = `${method} ${path}`
      if (name === 'GET start') answer(response, 200, view.start())
      else if (name === 'GET chats') answer(response, 200, view.chats(userIn(query)))
      else if (name === 'GET messages') answer(response, 200, messages(query))
      else if (name === 'GET resource') answerResource(platform, query.get('key') ?? '', response)
      else if (name === 'POST upload') answer(response, 200, upload(query, body))
      else if (name === 'GET apis') answer(response, 200, modelledApis())
      else if (name === 'GET consent') answer(response, 200, consent(query))
      else if (name === 'GET inspector') answer(response, 200, inspector.rows())
      else if (name === 'GET inspector/event') answer(response, 200, inspector.eventBody(query.get('id') ?? ''))
      else if (name === 'GET inspector/callback') {
        answer(response, 200, inspector.callbackBody(seqIn(query, 'seq') ?? 0))
      } else if (name === 'GET inspector/call') answer(response, 200, inspector.callBodies(seqIn(query, 'seq') ?? 0))
      else answer(response, 404, { error: `There is no ${method} /sandbox/page/${path}.` })
    } catch (error) {
      const code = error instanceof ConsentError ? error.code : undefined
      answer(response, 400, { error: error instanceof Error ? error.message : String(error), code })
    }
  }
}

/** APIs that faults can be added to. */
function modelledApis(): string[] {
  const apis = loadContracts().map(({ method, path }) => `${method} ${path}`)
  return ['POST /callback/ws/endpoint', ...apis.sort((one, other) => one.localeCompare(other))]
}

function seqIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Error(`${name} takes a whole number, received "${text}".`)
}

function answerResource(platform: Platform, key: string, response: ServerResponse): void {
  const resource = platform.resources.find(key)
  if (!resource) {
    answer(response, 404, { error: `Nothing was uploaded with the key "${key}", or it was forgotten.` })
    return
  }
  const { kind, fileName, type, bytes } = resource
  const image = kind === 'image' ? imageFormat(bytes) : undefined
  const shown = image ? `image/${image}` : mediaTypes[type]
  response.writeHead(200, {
    'content-type': shown ?? 'application/octet-stream',
    'content-length': bytes.length,
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(fileName.toWellFormed())}`,
    // What was uploaded never runs as a page of this origin.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=86400, immutable',
  })
  response.end(bytes)
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
