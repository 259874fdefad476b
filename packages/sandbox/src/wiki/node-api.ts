import { type ApiCall, type ApiHandler, callingActor, type Platform, page, queryText } from '../api-call.ts'
import { fieldOf } from '../bitable/field-api.ts'
import { newDocument } from '../docx/document.ts'
import { copyFile } from '../drive/copy-file.ts'
import type { DriveFile } from '../drive/drive-files.ts'
import type { TaskOutcome } from '../drive/drive-tasks.ts'
import { pushFileChange } from '../drive/file-events.ts'
import { isSame, may } from '../drive/permissions.ts'
import { PlatformError } from '../platform-error.ts'
import { isVisible, nodeAnswer, nodeOf, spaceOf } from './wiki-call.ts'
import { limits, type WikiNode } from './wiki-spaces.ts'

const nodes = '/open-apis/wiki/v2/spaces/:space_id/nodes'

/** wiki v2 pages (docs: wiki-v2 space-node, task). */
export const nodeHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/wiki/v2/spaces/get_node': (platform, call) => {
    const token = queryText(call, 'token') ?? ''
    const type = queryText(call, 'obj_type') ?? 'wiki'
    const found = type === 'wiki' ? token : platform.wiki.nodeOf(token)?.nodeToken
    const node = nodeOf(platform, call, found ?? token, 'view')
    if (type !== 'wiki' && platform.drive.find(node.objToken)?.type !== type) throw new PlatformError(131005, type)
    return { data: { node: nodeAnswer(platform, call, node) } }
  },
  [`GET ${nodes}`]: (platform, call) => {
    const space = spaceOf(platform, call, call.params.space_id ?? '', 'view')
    const parent = queryText(call, 'parent_node_token') ?? ''
    if (parent !== '' && nodeOf(platform, call, parent, 'view').spaceId !== space.spaceId) {
      throw new PlatformError(131005, parent)
    }
    const children = platform.wiki.childrenOf(space.spaceId, parent)
    const visible = children.filter((node) => isVisible(platform, call, node, 'view'))
    const { items, ...rest } = page(call, visible, 131002, 20)
    return { data: { ...rest, items: items.map((node) => nodeAnswer(platform, call, node)) } }
  },
  [`POST ${nodes}`]: (platform, call) => {
    const {
      obj_type,
      node_type,
      origin_node_token,
      parent_node_token = '',
      title,
    } = call.body as Record<string, string | undefined>
    const place = placeFor(platform, call, call.params.space_id ?? '', parent_node_token)
    const creator = callingActor(call)
    if (node_type === 'shortcut') {
      if (!origin_node_token) throw new PlatformError(131002, 'a shortcut needs an origin_node_token')
      const { objToken, nodeToken } = nodeOf(platform, call, origin_node_token, 'view')
      return added(platform, call, platform.wiki.addNode({ ...place, objToken, originNodeToken: nodeToken, creator }))
    }
    const file = newPage(platform, call, obj_type ?? '', { name: title ?? '', spaceId: place.spaceId })
    return added(platform, call, platform.wiki.addNode({ ...place, objToken: file.token, creator }))
  },
  [`POST ${nodes}/:node_token/move`]: (platform, call) => {
    const node = ownNode(platform, call, 'edit')
    const { target_parent_token = '', target_space_id } = call.body as Record<string, string | undefined>
    const parent = platform.wiki.node(target_parent_token)
    const spaceId = target_space_id || parent?.spaceId
    if (!spaceId) throw new PlatformError(131002, 'target_parent_token or target_space_id')
    const moved = platform.wiki.subtree(node)
    if (moved.some(({ nodeToken }) => nodeToken === target_parent_token)) {
      throw new PlatformError(131002, 'a page cannot lie below itself')
    }
    node.parentNodeToken = placeFor(platform, call, spaceId, target_parent_token).parentNodeToken
    for (const below of moved) {
      below.spaceId = spaceId
      const file = platform.drive.find(below.objToken)
      if (file && below.originNodeToken === undefined) file.spaceId = spaceId
    }
    return added(platform, call, node)
  },
  [`POST ${nodes}/:node_token/copy`]: (platform, call) => {
    const node = ownNode(platform, call, 'view')
    const { target_parent_token = '', target_space_id, title } = call.body as Record<string, string | undefined>
    const spaceId = target_space_id || (platform.wiki.node(target_parent_token)?.spaceId ?? node.spaceId)
    const place = placeFor(platform, call, spaceId, target_parent_token)
    const file = fileOf(platform, node)
    const creator = callingActor(call)
    const name = title || platform.drive.nameOf(file)
    const copy = copyFile(platform, file, {
      name,
      owner: creator,
      folderToken: '',
      place: (made) => platform.drive.add({ ...made, spaceId }),
    })
    return added(platform, call, platform.wiki.addNode({ ...place, objToken: copy.token, creator }))
  },
  [`POST ${nodes}/:node_token/update_title`]: (platform, call) => {
    const file = fileOf(platform, ownNode(platform, call, 'edit'))
    const title = String(call.body.title)
    if (file.type === 'sheet') platform.spreadsheets.spreadsheet(file.token, 1_310_000).title = title
    else if (file.type === 'bitable') platform.bases.base(file.token).name = title
    file.name = title
    platform.drive.touch(file, callingActor(call))
    pushFileChange(platform, file, 'drive.file.title_updated_v1', callingActor(call))
    return { fields: { ...call.params } }
  },
  [`POST ${nodes}/move_docs_to_wiki`]: (platform, call) => {
    const { obj_token = '', obj_type, parent_wiki_token = '' } = call.body as Record<string, string | undefined>
    const file = platform.drive.find(obj_token)
    if (!file || file.deletedAtMs !== undefined || file.type !== obj_type) throw new PlatformError(131005, obj_token)
    if (file.spaceId !== undefined) throw new PlatformError(131002, 'the document lies in a wiki already')
    const place = placeFor(platform, call, call.params.space_id ?? '', parent_wiki_token)
    const creator = callingActor(call)
    if (!may(platform, creator, file, 'full_access')) {
      if (call.body.apply === true) return { data: { applied: true }, fields: { ...call.params, obj_token } }
      throw new PlatformError(131006)
    }
    const task = platform.tasks.start({ kind: 'wiki', asked: { obj_token }, owner: creator }, (): TaskOutcome => {
      if (file.deletedAtMs !== undefined) return { status: -1, message: 'the document was deleted' }
      file.parentToken = ''
      file.spaceId = place.spaceId
      const { nodeToken } = platform.wiki.addNode({ ...place, objToken: file.token, creator })
      return { status: 0, message: 'success', token: nodeToken }
    })
    return { data: { task_id: task.ticket }, fields: { ...call.params, obj_token, task_id: task.ticket } }
  },
  'GET /open-apis/wiki/v2/tasks/:task_id': (platform, call) => {
    const task = platform.tasks.find(call.params.task_id ?? '', 'wiki')
    if (!task) throw new PlatformError(131005, call.params.task_id)
    if (!isSame(task.owner, callingActor(call))) throw new PlatformError(131006)
    const { status = 1, message = 'processing', token = '' } = task.outcome ?? {}
    const node = platform.wiki.node(token)
    const result = { ...(node && { node: nodeAnswer(platform, call, node) }), status, status_msg: message }
    return { data: { task: { task_id: task.ticket, move_result: [result] } } }
  },
}

function added(platform: Platform, call: ApiCall, node: WikiNode) {
  const fields = { ...call.params, node_token: node.nodeToken }
  return { data: { node: nodeAnswer(platform, call, node) }, fields }
}

/** The page of the path, which lies in the space of the path. */
function ownNode(platform: Platform, call: ApiCall, level: 'view' | 'edit'): WikiNode {
  const node = nodeOf(platform, call, call.params.node_token ?? '', level)
  if (node.spaceId !== call.params.space_id) throw new PlatformError(131005, `space ${call.params.space_id}`)
  return node
}

function fileOf({ drive }: Platform, { objToken }: WikiNode): DriveFile {
  const file = drive.find(objToken)
  if (file) return file
  throw new PlatformError(131005, objToken)
}

/** @throws PlatformError 131005, 131006, 131003 for a full or too deep level */
function placeFor(platform: Platform, call: ApiCall, spaceId: string, parentNodeToken: string) {
  const { wiki } = platform
  const space = spaceOf(platform, call, spaceId, parentNodeToken === '' ? 'edit' : 'none')
  if (parentNodeToken !== '' && nodeOf(platform, call, parentNodeToken, 'edit').spaceId !== space.spaceId) {
    throw new PlatformError(131005, parentNodeToken)
  }
  let depth = 0
  for (let above = wiki.node(parentNodeToken); above; above = wiki.node(above.parentNodeToken)) depth += 1
  if (depth >= limits.depth || wiki.childrenOf(space.spaceId, parentNodeToken).length >= limits.siblings) {
    throw new PlatformError(131003)
  }
  return { spaceId: space.spaceId, parentNodeToken }
}

/** @throws PlatformError 131010 for an old document, 131002 for a type that cannot be made */
function newPage(
  { drive, spreadsheets, bases }: Platform,
  call: ApiCall,
  type: string,
  to: { name: string; spaceId: string },
): DriveFile {
  const owner = callingActor(call)
  if (type === 'docx') {
    const document = newDocument(drive.newId('doxcn'))
    return drive.add({ ...to, token: document.documentId, type, owner, document })
  }
  if (type === 'sheet') {
    const { token } = spreadsheets.add({ title: to.name, folderToken: '', owner })
    return drive.add({ ...to, token, type, owner })
  }
  if (type === 'bitable') {
    const base = bases.addBase({ name: to.name })
    const table = bases.addTable(base, { name: '数据表', fields: [fieldOf('文本', 1)] })
    bases.addView(table, '表格')
    return drive.add({ ...to, token: base.appToken, type, owner })
  }
  throw new PlatformError(type === 'doc' ? 131010 : 131002, `obj_type ${type}`)
}
