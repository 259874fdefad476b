import { type ApiCall, callingApp, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Base, Table, View } from './bases.ts'
import type { CellView } from './cell.ts'

/** The base and table that a path names, and how the caller sees cells. */
export interface TableCall extends CellView {
  table: Table
}

/** @throws PlatformError 1254040 */
export function baseOf(platform: Platform, call: ApiCall): Base {
  return platform.bases.base(call.params.app_token ?? '')
}

/** @throws PlatformError 1254040 and 1254041 */
export function tableCall(platform: Platform, call: ApiCall): TableCall {
  const base = baseOf(platform, call)
  const table = platform.bases.table(base.appToken, call.params.table_id ?? '')
  const given = queryText(call, 'user_id_type') ?? call.body.user_id_type
  const idType = typeof given === 'string' && given !== '' ? given : 'open_id'
  return { platform, app: callingApp(call), idType, base, table }
}

/** @throws PlatformError 1254042 */
export function viewById(table: Table, viewId: string): View {
  const view = table.views.find((known) => known.viewId === viewId)
  if (view) return view
  throw new PlatformError(1254042, viewId)
}

/** @throws PlatformError 1254037 for a client_token that is no uuid v4 */
export function checkClientToken(call: ApiCall): void {
  const token = queryText(call, 'client_token')
  if (token === undefined || /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i.test(token)) return
  throw new PlatformError(1254037, token)
}

/** Where a person opens the base. */
export function baseUrl(appToken: string): string {
  return `https://larkspur.example/base/${appToken}`
}
