import { type ApiCall, callingActor, callingApp, type Platform } from '../api-call.ts'
import { actorIdOf, seconds } from '../drive/file-answer.ts'
import { type Level, levels, may } from '../drive/permissions.ts'
import { PlatformError } from '../platform-error.ts'
import type { WikiNode, WikiSpace } from './wiki-spaces.ts'

/**
 * A space for a caller with the level.
 *
 * @throws PlatformError 131005, 131006
 */
export function spaceOf(platform: Platform, call: ApiCall, spaceId: string, level: Level): WikiSpace {
  const space = platform.wiki.space(spaceId)
  if (!space) throw new PlatformError(131005, `space ${spaceId}`)
  const own = platform.wiki.levelOf(platform, callingActor(call), spaceId)
  if (levels.indexOf(own) < levels.indexOf(level)) throw new PlatformError(131006)
  return space
}

/**
 * A page of a space for a caller with the level.
 *
 * @throws PlatformError 131005, 131006
 */
export function nodeOf(platform: Platform, call: ApiCall, nodeToken: string, level: Level): WikiNode {
  const node = platform.wiki.node(nodeToken)
  if (!node) throw new PlatformError(131005, `node ${nodeToken}`)
  if (!isVisible(platform, call, node, level)) throw new PlatformError(131006)
  return node
}

export function isVisible(platform: Platform, call: ApiCall, { objToken }: WikiNode, level: Level): boolean {
  const file = platform.drive.find(objToken)
  if (!file) return false
  const space = file.spaceId
  const own = space === undefined ? 'none' : platform.wiki.levelOf(platform, callingActor(call), space)
  // Tables ask nobody in the drive; in a wiki its space does.
  if (file.type === 'sheet' || file.type === 'bitable') return levels.indexOf(own) >= levels.indexOf(level)
  return may(platform, callingActor(call), file, level)
}

export function spaceAnswer({ spaceId, name, description, visibility, openSharing }: WikiSpace) {
  return { space_id: spaceId, name, description, space_type: 'team', visibility, open_sharing: openSharing }
}

/** A page as the API shows it (docs: wiki-v2 space-node get_node); people by open_id. */
export function nodeAnswer(platform: Platform, call: ApiCall, node: WikiNode) {
  const { tenant, drive, wiki } = platform
  const file = drive.find(node.objToken)
  const origin = wiki.node(node.originNodeToken ?? '')
  const idOf = (actor: WikiNode['creator']) => actorIdOf(tenant, callingApp(call), actor, 'open_id')
  const made = file ?? { owner: node.creator, createdAtMs: node.createdAtMs, modifiedAtMs: node.createdAtMs }
  return {
    space_id: node.spaceId,
    node_token: node.nodeToken,
    obj_token: node.objToken,
    obj_type: file?.type,
    parent_node_token: node.parentNodeToken,
    node_type: origin ? 'shortcut' : 'origin',
    origin_node_token: origin?.nodeToken ?? node.nodeToken,
    origin_space_id: origin?.spaceId ?? node.spaceId,
    has_child: wiki.childrenOf(node.spaceId, node.nodeToken).length > 0,
    title: file ? drive.nameOf(file) : '',
    obj_create_time: seconds(made.createdAtMs),
    obj_edit_time: seconds(made.modifiedAtMs),
    node_create_time: seconds(node.createdAtMs),
    creator: idOf(made.owner),
    owner: idOf(made.owner),
    node_creator: idOf(node.creator),
  }
}
