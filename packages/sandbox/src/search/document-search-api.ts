import {
  type ApiCall,
  type ApiHandler,
  callingActor,
  callingApp,
  type Platform,
  pageStart,
  pageToken,
} from '../api-call.ts'
import { plainText } from '../docx/plain-text.ts'
import type { DriveFile } from '../drive/drive-files.ts'
import { actorIdOf, fileUrl } from '../drive/file-answer.ts'
import { may } from '../drive/permissions.ts'
import { MissingPart, PlatformError } from '../platform-error.ts'
import { isVisible } from '../wiki/wiki-call.ts'

interface Filter {
  creator_ids?: string[]
  doc_types?: string[]
  folder_tokens?: string[]
  space_ids?: string[]
  only_title?: boolean
  open_time?: unknown
  create_time?: { start?: number; end?: number }
  sort_type?: string
}

interface Hit {
  kind: 'DOC' | 'WIKI'
  file: DriveFile
  title: string
  text: string
  /** The node of a page, otherwise the document. */
  token: string
}

const maxPageSize = 20
const summaryLength = 100

/** Searching documents and pages as a person (docs: search-v2 doc_wiki search). */
export const documentSearchHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/search/v2/doc_wiki/search': (platform, call) => {
    const {
      query,
      doc_filter,
      wiki_filter,
      page_token,
      page_size = 15,
    } = call.body as {
      query: string
      doc_filter?: Filter | null
      wiki_filter?: Filter | null
      page_token?: string
      page_size?: number
    }
    // An empty text is allowed and finds everything.
    if (typeof query !== 'string') throw new PlatformError(1274001, 'query is missing')
    if (query.length > 50) throw new PlatformError(1274001, 'query has at most 50 characters')
    // Without any filter both are searched.
    const both = !doc_filter && !wiki_filter
    const hits = [
      ...(doc_filter || both ? found(platform, call, documents(platform, call), query, doc_filter) : []),
      ...(wiki_filter || both ? found(platform, call, pages(platform, call), query, wiki_filter) : []),
    ]
    const sorted = sortedHits(hits, (doc_filter ?? wiki_filter)?.sort_type)
    const size = Math.min(page_size || 15, maxPageSize)
    const start = pageStart({ ...call, query: { page_token: page_token ?? '' } }, 1274001)
    const end = start + size
    const has_more = end < sorted.length
    const res_units = sorted.slice(start, end).map((hit) => hitAnswer(platform, call, query, hit))
    return { data: { total: sorted.length, has_more, page_token: has_more ? pageToken(end) : '', res_units } }
  },
}

function documents(platform: Platform, call: ApiCall): Hit[] {
  const { drive, tenant } = platform
  const mine = drive.all().filter(({ spaceId, parentToken }) => spaceId === undefined && parentToken !== '')
  return mine
    .filter((file) => may(platform, callingActor(call), file, 'view'))
    .map((file) => {
      const title = drive.nameOf(file)
      return {
        kind: 'DOC',
        file,
        title,
        text: file.document ? plainText(file.document, '', tenant) : '',
        token: file.token,
      }
    })
}

function pages(platform: Platform, call: ApiCall): Hit[] {
  const { wiki, drive, tenant } = platform
  const nodes = wiki.spaces().flatMap(({ spaceId }) => {
    return wiki.childrenOf(spaceId, '').flatMap((node) => wiki.subtree(node))
  })
  return nodes.flatMap((node) => {
    const file = drive.find(node.objToken)
    if (!file || !isVisible(platform, call, node, 'view')) return []
    const text = file.document ? plainText(file.document, '', tenant) : ''
    return [{ kind: 'WIKI', file, title: drive.nameOf(file), text, token: node.nodeToken }]
  })
}

/** @throws PlatformError 1274002 for a type that is none */
function found(
  platform: Platform,
  call: ApiCall,
  hits: readonly Hit[],
  query: string,
  given: Filter | null | undefined,
): Hit[] {
  const filter = given ?? {}
  if (filter.open_time) throw new MissingPart('The sandbox does not know when documents were opened (open_time).')
  const { tenant, drive } = platform
  const { creator_ids = [], doc_types = [], folder_tokens = [], space_ids = [], only_title, create_time } = filter
  const idOf = ({ file }: Hit) => actorIdOf(tenant, callingApp(call), file.owner, 'open_id')
  const isIn = ({ file }: Hit) => {
    for (let above = drive.find(file.parentToken); above; above = drive.find(above.parentToken)) {
      if (folder_tokens.includes(above.token)) return true
    }
    return false
  }
  const words = query.toLowerCase()
  return hits.filter((hit) => {
    const { file, title, text, kind } = hit
    const types = [file.type.toUpperCase(), ...(kind === 'WIKI' ? ['WIKI'] : [])]
    const made = file.createdAtMs / 1000
    return (
      (title.toLowerCase().includes(words) || (!only_title && text.toLowerCase().includes(words))) &&
      (creator_ids.length === 0 || creator_ids.includes(idOf(hit))) &&
      (doc_types.length === 0 || doc_types.some((type) => types.includes(type))) &&
      (folder_tokens.length === 0 || isIn(hit)) &&
      (space_ids.length === 0 || space_ids.includes(file.spaceId ?? '')) &&
      made >= (create_time?.start ?? 0) &&
      made <= (create_time?.end ?? Number.POSITIVE_INFINITY)
    )
  })
}

function sortedHits(hits: readonly Hit[], sortType = 'DEFAULT_TYPE'): readonly Hit[] {
  if (sortType === 'DEFAULT_TYPE') return hits
  const time = sortType.startsWith('EDIT') || sortType === 'OPEN_TIME' ? 'modifiedAtMs' : 'createdAtMs'
  const up = sortType.endsWith('_ASC') ? 1 : -1
  return hits.toSorted((one, other) => up * (one.file[time] - other.file[time]))
}

function hitAnswer({ tenant }: Platform, call: ApiCall, query: string, { kind, file, title, text, token }: Hit) {
  const at = Math.max(0, text.toLowerCase().indexOf(query.toLowerCase()))
  const summary = text.slice(Math.max(0, at - 20), at + summaryLength).trim()
  const app = callingApp(call)
  return {
    title_highlighted: highlighted(title, query),
    summary_highlighted: highlighted(summary, query),
    entity_type: kind,
    result_meta: {
      doc_types: file.type.toUpperCase(),
      update_time: Math.floor(file.modifiedAtMs / 1000),
      url: kind === 'WIKI' ? `https://larkspur.example/wiki/${token}` : fileUrl(file),
      owner_name: tenant.nameOf(file.owner),
      owner_id: actorIdOf(tenant, app, file.owner, 'open_id'),
      is_cross_tenant: false,
      create_time: Math.floor(file.createdAtMs / 1000),
      last_open_time: Math.floor(file.modifiedAtMs / 1000),
      edit_user_id: actorIdOf(tenant, app, file.modifiedBy, 'open_id'),
      edit_user_name: tenant.nameOf(file.modifiedBy),
      token,
    },
  }
}

/** What was searched for stands between `<h>` and `</h>`. */
function highlighted(text: string, query: string): string {
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query.toLowerCase())
  if (at < 0) return text
  const end = at + query.length
  return `${text.slice(0, at)}<h>${text.slice(at, end)}</h>${text.slice(end)}`
}
