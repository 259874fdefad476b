import { coreError } from '../errors/catalogue.ts'
import type { ApiCall } from './call.ts'

interface Page {
  readonly items?: readonly unknown[] | undefined
  readonly has_more?: boolean | undefined
  readonly page_token?: string | undefined
}

/** Follows `page_token` until `has_more` is false. A page that fails ends the list with that error, never silently. */
export async function* paginate<Item>(
  request: (call: ApiCall) => Promise<unknown>,
  call: ApiCall,
): AsyncGenerator<Item, void> {
  let token: string | undefined
  do {
    const query = token === undefined ? call.query : { ...call.query, page_token: token }
    const page = ((await request({ ...call, query })) ?? {}) as Page
    yield* (page.items ?? []) as readonly Item[]
    if (!page.has_more) return
    if (!page.page_token || page.page_token === token)
      throw coreError('API_ANSWER_UNREADABLE', {
        message: `${call.method ?? 'GET'} ${call.path} says that there are more pages, but not where`,
      })
    token = page.page_token
  } while (true)
}
