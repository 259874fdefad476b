import { type ApiCall, type ApiHandler, callingActor, type Platform, page } from '../api-call.ts'
import { memberAnswer, memberById } from '../drive/member-id.ts'
import { isSame } from '../drive/permissions.ts'
import { PlatformError } from '../platform-error.ts'
import type { Actor } from '../tenant.ts'
import { spaceAnswer, spaceOf } from './wiki-call.ts'
import type { SpaceMember } from './wiki-spaces.ts'

const members = '/open-apis/wiki/v2/spaces/:space_id/members'

/** wiki v2 spaces and their members (docs: wiki-v2 space, space-member). */
export const spaceHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/wiki/v2/spaces': (platform, call) => {
    const { wiki } = platform
    const visible = wiki.spaces().filter(({ spaceId }) => {
      return wiki.levelOf(platform, callingActor(call), spaceId) !== 'none'
    })
    const { items, ...rest } = page(call, visible, 131002)
    return { data: { ...rest, items: items.map(spaceAnswer) } }
  },
  'GET /open-apis/wiki/v2/spaces/:space_id': (platform, call) => {
    return { data: { space: spaceAnswer(spaceOf(platform, call, call.params.space_id ?? '', 'view')) } }
  },
  'POST /open-apis/wiki/v2/spaces': (platform, call) => {
    const { name = '', description = '', open_sharing } = call.body as Record<string, string | undefined>
    const admin: SpaceMember = { ...callingActor(call), role: 'admin' }
    const openSharing = open_sharing === 'open' ? 'open' : 'closed'
    const space = platform.wiki.addSpace({ name, description, openSharing, members: [admin] })
    return { data: { space: spaceAnswer(space) }, fields: { space_id: space.spaceId } }
  },
  [`GET ${members}`]: (platform, call) => {
    const space = spaceOf(platform, call, call.params.space_id ?? '', 'edit')
    const { items, ...rest } = page(call, space.members, 131002)
    return { data: { ...rest, members: items.map((member) => spaceMemberAnswer(platform, call, member)) } }
  },
  [`POST ${members}`]: (platform, call) => {
    const space = spaceOf(platform, call, call.params.space_id ?? '', 'full_access')
    const { member_type, member_id } = call.body as Record<string, string>
    const member: SpaceMember = { ...whom(platform, call, member_type, member_id), role: roleOf(call) }
    const known = space.members.find((other) => isSame(other as Actor, member as Actor))
    if (known?.role === member.role) throw new PlatformError(131008)
    if (space.visibility === 'public' && member.role === 'member') {
      throw new PlatformError(131101, 'everybody is in a public space')
    }
    space.members = [...space.members.filter((other) => other !== known), member]
    return { data: { member: spaceMemberAnswer(platform, call, member) }, fields: { ...call.params } }
  },
  [`DELETE ${members}/:member_id`]: (platform, call) => {
    const space = spaceOf(platform, call, call.params.space_id ?? '', 'full_access')
    const role = roleOf(call)
    const wanted = whom(platform, call, String(call.body.member_type), call.params.member_id)
    const member = space.members.find((other) => isSame(other as Actor, wanted as Actor) && other.role === role)
    if (!member) throw new PlatformError(131005, 'no member with this role')
    const admins = space.members.filter((other) => other.role === 'admin')
    if (role === 'admin' && admins.length === 1) throw new PlatformError(131101, 'the last admin of a space stays')
    space.members = space.members.filter((other) => other !== member)
    return { data: { member: spaceMemberAnswer(platform, call, member) }, fields: { ...call.params } }
  },
}

function roleOf({ body }: ApiCall): SpaceMember['role'] {
  const { member_role: role } = body
  if (role === 'admin' || role === 'member') return role
  throw new PlatformError(131002, `member_role ${role}`)
}

/** @throws PlatformError 131004 for somebody unknown, 131101 for a department with a tenant token */
function whom(platform: Platform, call: ApiCall, memberType = '', memberId = ''): Pick<SpaceMember, 'type' | 'id'> {
  const types = ['openchat', 'userid', 'email', 'opendepartmentid', 'openid', 'unionid']
  if (!types.includes(memberType)) throw new PlatformError(131002, `member_type ${memberType}`)
  try {
    return memberById(platform, call, memberType, memberId)
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    throw new PlatformError(error.code === 1063003 ? 131101 : 131004, memberId)
  }
}

function spaceMemberAnswer(platform: Platform, call: ApiCall, { role, ...whomever }: SpaceMember) {
  const { member_type, member_id, type } = memberAnswer(platform, call, {
    ...whomever,
    perm: 'none',
    permType: 'container',
  })
  return { member_type, member_id, member_role: role, type }
}
