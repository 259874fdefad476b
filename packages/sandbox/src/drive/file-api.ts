import { type ApiCall, type ApiHandler, callingActor, callingApp, type Platform, page, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { copyFile } from './copy-file.ts'
import { fileOf, folderForNew } from './drive-call.ts'
import type { DriveFile } from './drive-files.ts'
import { actorIdOf, fileAnswer, fileUrl, seconds } from './file-answer.ts'
import { newFileIn, pushFileChange } from './file-events.ts'
import { isSame, may } from './permissions.ts'

const maxNameBytes = 256

/** drive v1 folders and files (docs: drive-v1 folder, file). */
export const fileHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/drive/explorer/v2/root_folder/meta': (platform, call) => {
    const root = platform.drive.rootOf(callingActor(call))
    return { data: { token: root.token, id: numberOf(root.token), user_id: numberOf(callingActor(call).id) } }
  },
  'GET /open-apis/drive/explorer/v2/folder/:folderToken/meta': (platform, call) => {
    const folder = platform.drive.find(call.params.folderToken ?? '')
    if (folder?.type !== 'folder' || folder.deletedAtMs !== undefined) throw new PlatformError(91203)
    if (!may(platform, callingActor(call), folder, 'view')) throw new PlatformError(91204)
    const ownUid = numberOf(folder.owner.id)
    const ids = { id: numberOf(folder.token), parentId: folder.parentToken && numberOf(folder.parentToken) }
    const { token, name } = folder
    return { data: { ...ids, name, token, createUid: ownUid, editUid: numberOf(folder.modifiedBy.id), ownUid } }
  },
  'POST /open-apis/drive/v1/files/create_folder': (platform, call) => {
    const name = checkedName(call)
    const parent = folderForNew(platform, call, String(call.body.folder_token ?? ''))
    const folder = newFileIn(platform, parent, { type: 'folder', name, owner: callingActor(call) })
    return { data: { token: folder.token, url: fileUrl(folder) }, fields: { folder_token: folder.token } }
  },
  'GET /open-apis/drive/v1/files': (platform, call) => {
    const size = Number(queryText(call, 'page_size') ?? 100)
    if (size < 1 || size > 200) throw new PlatformError(1064001)
    const token = queryText(call, 'folder_token') ?? ''
    const root = platform.drive.rootOf(callingActor(call))
    const folder = token === '' ? root : fileOf(platform, call, { token, level: 'view', type: 'folder' })
    const files = sorted(call, platform.drive.childrenOf(folder))
    if (token === '') {
      // The root comes as a whole and without its shortcuts.
      const whole = files.filter(({ type }) => type !== 'shortcut').map((file) => fileAnswer(platform, call, file))
      return { data: { files: whole, has_more: false } }
    }
    const { items, has_more, page_token } = page(call, files, 1061002, 100)
    const answered = items.map((file) => fileAnswer(platform, call, file))
    return { data: { files: answered, has_more, ...(has_more && { next_page_token: page_token }) } }
  },
  'DELETE /open-apis/drive/v1/files/:file_token': (platform, call) => {
    const actor = callingActor(call)
    const token = call.params.file_token ?? ''
    const file = fileOf(platform, call, { token, level: 'view', type: queryText(call, 'type') })
    const parent = platform.drive.find(file.parentToken)
    const mayDelete = isSame(file.owner, actor) || (parent && may(platform, actor, parent, 'full_access'))
    if (!mayDelete || isRoot(file)) throw new PlatformError(1062501)
    platform.drive.remove(file)
    pushFileChange(platform, file, 'drive.file.trashed_v1', actor)
    return { data: folderTask(platform, call, file), fields: { ...call.params } }
  },
  'POST /open-apis/drive/v1/files/:file_token/move': (platform, call) => {
    const { drive } = platform
    const { type, folder_token = '' } = call.body as { type?: string; folder_token?: string }
    const file = fileOf(platform, call, { token: call.params.file_token ?? '', level: 'edit', type })
    const source = drive.find(file.parentToken)
    if (!source || !may(platform, callingActor(call), source, 'edit')) throw new PlatformError(1062524)
    let folder: DriveFile | undefined
    try {
      folder = folderForNew(platform, call, folder_token)
    } catch (error) {
      throw error instanceof PlatformError && error.code === 1061004 ? new PlatformError(1062535) : error
    }
    for (let above: DriveFile | undefined = folder; above; above = drive.find(above.parentToken)) {
      if (above === file) throw new PlatformError(1061002, 'a folder cannot lie in itself')
    }
    file.parentToken = folder.token
    return { data: folderTask(platform, call, file), fields: { ...call.params, folder_token: folder.token } }
  },
  'POST /open-apis/drive/v1/files/:file_token/copy': (platform, call) => {
    const { type } = call.body as { type?: string }
    const file = fileOf(platform, call, { token: call.params.file_token ?? '', level: 'view', type })
    if (file.type === 'folder' || file.type === 'shortcut') throw new PlatformError(1061002, `type ${file.type}`)
    const folder = folderForNew(platform, call, String(call.body.folder_token ?? ''))
    const copy = copyFile(platform, file, {
      name: checkedName(call),
      owner: callingActor(call),
      folderToken: folder.token,
      place: (made) => newFileIn(platform, folder, made),
    })
    return { data: { file: fileAnswer(platform, call, copy) }, fields: { ...call.params, copy: copy.token } }
  },
  'POST /open-apis/drive/v1/files/create_shortcut': (platform, call) => {
    const { refer_token, refer_type } = call.body.refer_entity as { refer_token: string; refer_type: string }
    const target = fileOf(platform, call, { token: refer_token, level: 'view', type: refer_type })
    const folder = folderForNew(platform, call, String(call.body.parent_token ?? ''))
    const name = platform.drive.nameOf(target)
    const options = { type: 'shortcut', name, owner: callingActor(call), target: target.token } as const
    const shortcut = newFileIn(platform, folder, options)
    const data = { succ_shortcut_node: fileAnswer(platform, call, shortcut) }
    return { data, fields: { file_token: shortcut.token, refer_token } }
  },
  'GET /open-apis/drive/v1/files/task_check': (platform, call) => {
    const task = platform.tasks.find(queryText(call, 'task_id') ?? '', 'folder')
    if (!task || !isSame(task.owner, callingActor(call))) throw new PlatformError(1061003)
    return { data: { status: task.outcome ? 'success' : 'process' } }
  },
  'POST /open-apis/drive/v1/metas/batch_query': (platform, call) => {
    const metas: unknown[] = []
    const failed_list: { token: string; code: number }[] = []
    for (const request of call.body.request_docs as { doc_token: string; doc_type: string }[]) {
      const found = foundMeta(platform, call, request)
      if (typeof found === 'number') failed_list.push({ token: request.doc_token, code: found })
      else metas.push(metaAnswer(platform, call, found, request))
    }
    return { data: { metas, failed_list } }
  },
}

/** Old APIs name files and people by numbers of 19 digits. */
function numberOf(id: string): string {
  const hash = [...id].reduce((sum, letter) => (sum * 31n + BigInt(letter.codePointAt(0) ?? 0)) % 10n ** 18n, 7n)
  return `7${hash.toString().padStart(18, '0')}`
}

function isRoot({ parentToken, spaceId }: DriveFile): boolean {
  return parentToken === '' && spaceId === undefined
}

/** @throws PlatformError 1061002 */
function checkedName({ body }: ApiCall): string {
  const name = String(body.name)
  if (Buffer.byteLength(name) > maxNameBytes) throw new PlatformError(1061002, `name is over ${maxNameBytes} bytes`)
  return name
}

function sorted(call: ApiCall, files: readonly DriveFile[]): DriveFile[] {
  const time = queryText(call, 'order_by') === 'CreatedTime' ? 'createdAtMs' : 'modifiedAtMs'
  const up = queryText(call, 'direction') === 'ASC' ? 1 : -1
  return files.toSorted((one, other) => up * (one[time] - other[time]))
}

/** Folders are worked on behind the scenes. */
function folderTask(platform: Platform, call: ApiCall, file: DriveFile): Record<string, string> {
  if (file.type !== 'folder') return {}
  const asked = { file_token: file.token }
  const task = platform.tasks.start({ kind: 'folder', asked, owner: callingActor(call) }, () => {
    return { status: 0, message: 'success' }
  })
  return { task_id: task.ticket }
}

/** The file, or the code of its failure. */
function foundMeta(platform: Platform, call: ApiCall, request: { doc_token: string; doc_type: string }) {
  const isWiki = request.doc_type === 'wiki'
  const token = isWiki ? platform.wiki.node(request.doc_token)?.objToken : request.doc_token
  const file = platform.drive.find(token ?? '')
  if (!file || file.deletedAtMs !== undefined) return 970005
  if (!isWiki && file.type !== request.doc_type) return 970002
  return may(platform, callingActor(call), file, 'view') ? file : 970003
}

function metaAnswer(
  platform: Platform,
  call: ApiCall,
  file: DriveFile,
  request: { doc_token: string; doc_type: string },
) {
  const idType = queryText(call, 'user_id_type') ?? 'open_id'
  const idOf = (actor: DriveFile['owner']) => actorIdOf(platform.tenant, callingApp(call), actor, idType)
  return {
    doc_token: file.token,
    doc_type: file.type,
    title: platform.drive.nameOf(file),
    owner_id: idOf(file.owner),
    create_time: seconds(file.createdAtMs),
    latest_modify_user: idOf(file.modifiedBy),
    latest_modify_time: seconds(file.modifiedAtMs),
    ...(call.body.with_url === true && { url: fileUrl(file) }),
    request_doc_info: request,
  }
}
