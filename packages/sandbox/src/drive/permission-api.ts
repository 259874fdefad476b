import { type ApiAnswer, type ApiCall, type ApiHandler, callingActor, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import type { DriveFile } from './drive-files.ts'
import { pushMemberChange } from './file-events.ts'
import { memberAnswer, memberById, memberName } from './member-id.ts'
import { isSame, type Level, levelOf, levels, type Member, may, type PublicSettings } from './permissions.ts'

const members = '/open-apis/drive/v1/permissions/:token/members'
const publicSettings = '/open-apis/drive/v2/permissions/:token/public'
const password = '/open-apis/drive/v1/permissions/:token/public/password'

interface GivenMember {
  member_type: string
  member_id: string
  perm: Level
  perm_type?: string
}

/** drive permissions (docs: permission-member, permission-public). */
export const permissionHandlers: Readonly<Record<string, ApiHandler>> = {
  [`GET ${members}`]: (platform, call) => {
    const file = sharedFile(platform, call, 'view')
    const wanted = new Set((queryText(call, 'fields') ?? '').split(','))
    const shows = (field: string) => wanted.has(field) || wanted.has('*')
    const items = file.members.map((member) => ({
      ...memberAnswer(platform, call, member),
      ...(shows('name') && { name: memberName(platform, member) }),
      ...(shows('avatar') && { avatar: '' }),
      ...(shows('external_label') && { external_label: false }),
    }))
    return { data: { items } }
  },
  [`POST ${members}`]: (platform, call) => {
    const file = sharedFile(platform, call, 'view')
    const member = share(platform, call, file, call.body as unknown as GivenMember)
    return { data: { member: memberAnswer(platform, call, member) }, fields: { ...call.params } }
  },
  [`POST ${members}/batch_create`]: (platform, call) => {
    const file = sharedFile(platform, call, 'view')
    const given = call.body.members as GivenMember[]
    // All of them have to be right before the first one comes in.
    for (const one of given) memberById(platform, call, one.member_type, one.member_id)
    const added = given.map((one) => memberAnswer(platform, call, share(platform, call, file, one)))
    return { data: { members: added }, fields: { ...call.params } }
  },
  [`PUT ${members}/:member_id`]: (platform, call) => {
    const file = sharedFile(platform, call, 'view')
    const { perm, perm_type } = call.body as { perm: Level; perm_type?: string }
    checkShare(platform, call, file, perm)
    const member = memberOf(platform, call, file, String(call.body.member_type))
    Object.assign(member, { perm, permType: perm_type ?? member.permType })
    return { data: { member: memberAnswer(platform, call, member) }, fields: { ...call.params } }
  },
  [`DELETE ${members}/:member_id`]: (platform, call) => {
    const file = sharedFile(platform, call, 'view')
    const member = memberOf(platform, call, file, queryText(call, 'member_type') ?? '')
    const isOneself = isSame(member as Actor, callingActor(call))
    if (!isOneself) checkShare(platform, call, file, member.perm)
    file.members = file.members.filter((other) => other !== member)
    tellMember(platform, file, 'drive.file.permission_member_removed_v1', callingActor(call), member)
    return { fields: { ...call.params } }
  },
  [`POST ${members}/transfer_owner`]: (platform, call) => {
    const file = sharedFile(platform, call, 'view')
    const caller = callingActor(call)
    if (!isSame(file.owner, caller)) throw new PlatformError(1063002)
    const to = memberById(platform, call, String(call.body.member_type), String(call.body.member_id)) as Actor
    const perm = (queryText(call, 'old_owner_perm') ?? 'full_access') as Level
    file.members = file.members.filter((member) => !isSame(member as Actor, to))
    if (queryText(call, 'remove_old_owner') !== 'true') file.members.push({ ...caller, perm, permType: 'container' })
    file.owner = to
    const stays = queryText(call, 'stay_put') === 'true' || file.spaceId !== undefined
    if (!stays) file.parentToken = platform.drive.rootOf(to).token
    return { fields: { ...call.params } }
  },
  [`GET ${members}/auth`]: (platform, call) => {
    const file = sharedFile(platform, call, 'none')
    return { data: { auth_result: may(platform, callingActor(call), file, neededFor(file, call)) } }
  },
  [`POST ${password}`]: setPassword,
  [`PUT ${password}`]: setPassword,
  [`DELETE ${password}`]: (platform, call) => {
    sharedFile(platform, call, 'full_access').password = undefined
    return { fields: { ...call.params } }
  },
  [`GET ${publicSettings}`]: (platform, call) => {
    return { data: { permission_public: sharedFile(platform, call, 'view').publicSettings } }
  },
  [`PATCH ${publicSettings}`]: (platform, call) => {
    const file = sharedFile(platform, call, 'full_access')
    const change = call.body as Partial<PublicSettings>
    if (change.link_share_entity?.startsWith('anyone') && (change.external_access_entity ?? 'closed') !== 'open') {
      if (file.publicSettings.external_access_entity !== 'open') throw new PlatformError(1063003, 'link_share_entity')
    }
    Object.assign(file.publicSettings, change)
    return { data: { permission_public: file.publicSettings }, fields: { ...call.params } }
  },
}

/**
 * The document of the path, by its own token or that of its wiki node.
 *
 * @throws PlatformError 1063005 for none, 1063002 for a caller below the level
 */
function sharedFile(platform: Platform, call: ApiCall, level: Level): DriveFile {
  const { token = '' } = call.params
  const type = queryText(call, 'type')
  const file = platform.drive.find(type === 'wiki' ? (platform.wiki.node(token)?.objToken ?? '') : token)
  const isThere = file?.deletedAtMs === undefined && (type === 'wiki' || file?.type === type)
  if (!file || !isThere) throw new PlatformError(1063005, token)
  if (!may(platform, callingActor(call), file, level)) throw new PlatformError(1063002)
  return file
}

/** @throws PlatformError 1063003 for a document whose link opens to nobody outside */
function setPassword(platform: Platform, call: ApiCall): ApiAnswer {
  const file = sharedFile(platform, call, 'full_access')
  if (!file.publicSettings.link_share_entity.startsWith('anyone_'))
    throw new PlatformError(1063003, 'the link is closed')
  file.password = platform.drive.newNumber().slice(-4)
  return { data: { password: file.password }, fields: { ...call.params } }
}

/** @throws PlatformError 1063004 for a caller who may not share, or not that much */
function checkShare(platform: Platform, call: ApiCall, file: DriveFile, perm: Level): void {
  const { manage_collaborator_entity } = file.publicSettings
  const needed = manage_collaborator_entity.replace(/^collaborator_(?:can_)?/, '') as Level
  const own = levelOf(platform, callingActor(call), file)
  const enough = levels.indexOf(own) >= Math.max(levels.indexOf(needed), levels.indexOf(perm))
  if (!enough) throw new PlatformError(1063004)
}

function share(platform: Platform, call: ApiCall, file: DriveFile, given: GivenMember): Member {
  checkShare(platform, call, file, given.perm)
  const whom = memberById(platform, call, given.member_type, given.member_id)
  if (isSame(file.owner, whom as Actor)) throw new PlatformError(1063003, 'the owner needs no sharing')
  const member = { ...whom, perm: given.perm, permType: given.perm_type ?? 'container' }
  addMember(platform, file, member, callingActor(call))
  return member
}

/** Shares a document, or changes what a member may do; tells who listens. */
export function addMember(platform: Platform, file: DriveFile, member: Member, operator: Actor): string[] {
  file.members = [...file.members.filter(({ type, id }) => type !== member.type || id !== member.id), member]
  return tellMember(platform, file, 'drive.file.permission_member_added_v1', operator, member)
}

function tellMember(
  platform: Platform,
  file: DriveFile,
  event: 'drive.file.permission_member_added_v1' | 'drive.file.permission_member_removed_v1',
  operator: Actor,
  { type, id }: Member,
): string[] {
  const actors = type === 'user' || type === 'bot' ? [{ type, id }] : []
  return pushMemberChange(platform, file, event, operator, { actors, chatIds: type === 'chat' ? [id] : [] })
}

/** @throws PlatformError 1063001 for somebody with whom the document is not shared */
function memberOf(platform: Platform, call: ApiCall, file: DriveFile, memberType: string): Member {
  const { type, id } = memberById(platform, call, memberType, call.params.member_id ?? '')
  const member = file.members.find((known) => known.type === type && known.id === id)
  if (member) return member
  throw new PlatformError(1063001, 'not shared with this member')
}

function neededFor({ publicSettings: settings }: DriveFile, call: ApiCall): Level {
  const entity = (name: string) => name.replace(/^(?:anyone_can|only|collaborator_can|collaborator)_/, '') as Level
  const action = queryText(call, 'action')
  if (action === 'comment') return entity(settings.comment_entity)
  if (action === 'copy') return entity(settings.copy_entity)
  if (action === 'export' || action === 'print') return entity(settings.security_entity)
  if (action === 'share') return entity(settings.manage_collaborator_entity)
  return action === 'manage_public' ? 'full_access' : ((action ?? 'view') as Level)
}
