import type { Platform } from '../api-call.ts'
import type { SandboxClock } from '../clock.ts'
import type { DriveFiles } from '../drive/drive-files.ts'
import { covers, type Level, type Member } from '../drive/permissions.ts'
import { type RunIds, seededHex, seededText } from '../ids.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Actor } from '../tenant.ts'
import { seedWiki } from './seed.ts'

/** Who belongs to a space; admins manage it, members write in it. */
export interface SpaceMember extends Pick<Member, 'type' | 'id'> {
  role: 'admin' | 'member'
}

export interface WikiSpace {
  /** 19 digits. */
  spaceId: string
  name: string
  description: string
  visibility: 'public' | 'private'
  openSharing: 'open' | 'closed'
  members: SpaceMember[]
}

/** A page of a space: a document, or a shortcut to another page. */
export interface WikiNode {
  nodeToken: string
  spaceId: string
  /** The document in the drive. */
  objToken: string
  /** Empty at the top of the space. */
  parentNodeToken: string
  /** The page that a shortcut leads to. */
  originNodeToken: string | undefined
  creator: Actor
  createdAtMs: number
}

/** Pages of one level, and levels of a space (docs: wiki-v2 overview). */
export const limits = { siblings: 2000, depth: 50 }

const keptSpaces = 1000
const keptNodes = 20_000

/** The wiki of the company: spaces, and trees of pages in them. */
export class WikiSpaces implements SavedStore {
  readonly drive: DriveFiles
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #seed: string
  readonly #spaces = new BoundedMap<string, WikiSpace>(keptSpaces)
  readonly #nodes = new BoundedMap<string, WikiNode>(keptNodes)
  /** How many ids the seed took; absent once it is in place. */
  #seeded: number | undefined

  constructor(clock: SandboxClock, ids: RunIds, drive: DriveFiles, seed: string) {
    this.#clock = clock
    this.#ids = ids
    this.drive = drive
    this.#seed = seed
    this.reset()
  }

  spaces(): WikiSpace[] {
    return [...this.#spaces.values()]
  }

  space(spaceId: string): WikiSpace | undefined {
    return this.#spaces.get(spaceId)
  }

  addSpace(space: Pick<WikiSpace, 'name'> & Partial<WikiSpace>): WikiSpace {
    const added: WikiSpace = {
      spaceId: this.#newSpaceId(),
      description: '',
      visibility: 'private',
      openSharing: 'closed',
      members: [],
      ...space,
    }
    this.#spaces.set(added.spaceId, added)
    return added
  }

  /** A page whose document is not in the trash. */
  node(nodeToken: string): WikiNode | undefined {
    const node = this.#nodes.get(nodeToken)
    return node && this.#isThere(node) ? node : undefined
  }

  /** The page that shows a document. */
  nodeOf(objToken: string): WikiNode | undefined {
    const shown = [...this.#nodes.values()].filter((node) => node.objToken === objToken && this.#isThere(node))
    return shown.find(({ originNodeToken }) => originNodeToken === undefined) ?? shown[0]
  }

  childrenOf(spaceId: string, parentNodeToken: string): WikiNode[] {
    return [...this.#nodes.values()].filter((node) => {
      return node.spaceId === spaceId && node.parentNodeToken === parentNodeToken && this.#isThere(node)
    })
  }

  /** A page and all below it. */
  subtree(node: WikiNode): WikiNode[] {
    return [node, ...this.childrenOf(node.spaceId, node.nodeToken).flatMap((child) => this.subtree(child))]
  }

  addNode(node: Omit<WikiNode, 'nodeToken' | 'createdAtMs' | 'originNodeToken'> & Partial<WikiNode>): WikiNode {
    const added: WikiNode = {
      nodeToken: this.#newNodeToken(),
      createdAtMs: this.#clock.now(),
      originNodeToken: undefined,
      ...node,
    }
    this.#nodes.set(added.nodeToken, added)
    return added
  }

  /** What somebody may do in a space as a whole. */
  levelOf(platform: Platform, actor: Actor, spaceId: string): Level {
    const space = this.#spaces.get(spaceId)
    const roles = space?.members.filter((member) => covers(platform, member, actor)).map(({ role }) => role) ?? []
    if (roles.includes('admin')) return 'full_access'
    if (roles.includes('member')) return 'edit'
    return space?.visibility === 'public' ? 'view' : 'none'
  }

  *saved(): Iterable<readonly [string, WikiSpace | WikiNode]> {
    for (const space of this.#spaces.values()) yield [`space ${space.spaceId}`, space]
    for (const node of this.#nodes.values()) yield [`node ${node.nodeToken}`, node]
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    this.#spaces.clear()
    this.#nodes.clear()
    for (const [key, value] of values) {
      if (key.startsWith('space ')) this.#spaces.set((value as WikiSpace).spaceId, value as WikiSpace)
      else this.#nodes.set((value as WikiNode).nodeToken, value as WikiNode)
    }
  }

  /** The seeded spaces alone, as at the start; the drive must be so already. */
  reset(): void {
    this.#spaces.clear()
    this.#nodes.clear()
    this.#seeded = 0
    this.drive.seeding(() => seedWiki(this))
    this.#seeded = undefined
  }

  #isThere({ objToken }: WikiNode): boolean {
    return this.drive.find(objToken)?.deletedAtMs === undefined
  }

  #newSpaceId(): string {
    if (this.#seeded === undefined) return this.#ids.device()
    this.#seeded += 1
    const number = BigInt(`0x${seededHex(15, this.#seed, 'wiki', this.#seeded)}`)
    return `7${String(number % 10n ** 18n).padStart(18, '0')}`
  }

  #newNodeToken(): string {
    if (this.#seeded === undefined) return `wikcn${this.#ids.secret(22)}`
    this.#seeded += 1
    return `wikcn${seededText(22, this.#seed, 'wiki', this.#seeded)}`
  }
}
