import { type ApiHandler, callingActor } from '../api-call.ts'
import { newFileIn } from '../drive/file-events.ts'
import { tableFolder } from '../drive/table-folder.ts'
import { PlatformError } from '../platform-error.ts'
import type { Base } from './bases.ts'
import { baseOf, baseUrl } from './bitable-call.ts'
import { fieldOf } from './field-api.ts'

/** bitable v1 bases (docs: bitable-v1 app create, get, update, copy). */
export const baseHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/bitable/v1/apps': (platform, call) => {
    const { name = '未命名多维表格', folder_token, time_zone } = call.body as Record<string, string | undefined>
    const folder = tableFolder(platform, call, folder_token ?? '', folderCodes)
    const base = platform.bases.addBase({ name, ...placed(folder_token, time_zone) })
    newFileIn(platform, folder, { token: base.appToken, type: 'bitable', name, owner: callingActor(call) })
    const table = platform.bases.addTable(base, { name: '数据表', fields: defaultFields })
    platform.bases.addView(table, '表格')
    return {
      data: { app: { ...createdAnswer(base), default_table_id: table.tableId } },
      fields: { app_token: base.appToken },
    }
  },
  'GET /open-apis/bitable/v1/apps/:app_token': (platform, call) => {
    const { appToken, name, revision, isAdvanced, timeZone } = baseOf(platform, call)
    return {
      data: {
        app: { app_token: appToken, name, revision, is_advanced: isAdvanced, time_zone: timeZone, formula_type: 1 },
      },
    }
  },
  'PUT /open-apis/bitable/v1/apps/:app_token': (platform, call) => {
    const base = baseOf(platform, call)
    const { name, is_advanced } = call.body as { name?: string; is_advanced?: boolean }
    if (name) base.name = name
    if (is_advanced !== undefined) base.isAdvanced = is_advanced
    base.revision += 1
    const { appToken, isAdvanced, timeZone } = base
    return {
      data: { app: { app_token: appToken, name: base.name, is_advanced: isAdvanced, time_zone: timeZone } },
      fields: { ...call.params },
    }
  },
  'POST /open-apis/bitable/v1/apps/:app_token/copy': (platform, call) => {
    const base = baseOf(platform, call)
    const { name = base.name, folder_token, time_zone } = call.body as Record<string, string | undefined>
    const folder = tableFolder(platform, call, folder_token ?? '', folderCodes)
    // Ids of tables, fields and records stay, as they are known within their base alone.
    const tables = structuredClone(base.tables)
    if (call.body.without_content) for (const table of tables.values()) table.rows.clear()
    const copy = platform.bases.addBase({ name, timeZone: base.timeZone, tables, ...placed(folder_token, time_zone) })
    newFileIn(platform, folder, { token: copy.appToken, type: 'bitable', name, owner: callingActor(call) })
    return { data: { app: createdAnswer(copy) }, fields: { ...call.params, copy: copy.appToken } }
  },
}

const folderCodes = { missing: 1254702, forbidden: 1254701 }
const defaultFields = [fieldOf('文本', 1), fieldOf('单选', 3), fieldOf('日期', 5), fieldOf('附件', 17)]

function createdAnswer({ appToken, name, folderToken, timeZone }: Base) {
  return { app_token: appToken, name, folder_token: folderToken, url: baseUrl(appToken), time_zone: timeZone }
}

/** @throws PlatformError 1254800 for a time zone that is none */
function placed(folderToken = '', timeZone?: string): Partial<Base> {
  if (!timeZone) return { folderToken }
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw new PlatformError(1254800, `time_zone ${timeZone}`)
  }
  return { folderToken, timeZone }
}
