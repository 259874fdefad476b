import type { Bases } from '../bitable/bases.ts'
import type { SandboxClock } from '../clock.ts'
import type { DocxDocument } from '../docx/document.ts'
import { type RunIds, seededText } from '../ids.ts'
import { BoundedMap } from '../retention.ts'
import type { SavedStore } from '../saved-state/saved-store.ts'
import type { Spreadsheets } from '../sheets/spreadsheets.ts'
import type { Actor, Tenant } from '../tenant.ts'
import type { Comment } from './comments.ts'
import { defaultPublicSettings, type Member, type PublicSettings } from './permissions.ts'
import { seedDrive } from './seed.ts'

export type FileType = 'folder' | 'docx' | 'sheet' | 'bitable' | 'file' | 'shortcut'

/** An entry of the cloud space. */
export interface DriveFile {
  token: string
  type: FileType
  /** Of sheets and bases, the name at their making; `DriveFiles.nameOf` knows the present one. */
  name: string
  /** The folder that it lies in; empty for roots and for what lies in a wiki. */
  parentToken: string
  /** The wiki space that it lies in, if any. */
  spaceId: string | undefined
  owner: Actor
  createdAtMs: number
  modifiedAtMs: number
  modifiedBy: Actor
  deletedAtMs: number | undefined
  members: Member[]
  publicSettings: PublicSettings
  /** Of a link that is open to everybody. */
  password: string | undefined
  /** On the document as a whole, oldest first. */
  comments: Comment[]
  /** What a docx holds. */
  document: DocxDocument | undefined
  /** What a shortcut leads to. */
  target: string | undefined
}

/** Entries of one folder level (docs: drive-v1 overview). */
export const maxEntriesOfFolder = 1500

const keptFiles = 10_000
const prefixes = { folder: 'fldcn', docx: 'doxcn', file: 'boxcn', shortcut: 'nodcn', sheet: '', bitable: '' }

/** The folders and files of the company; each person and bot has a root folder of its own. */
export class DriveFiles implements SavedStore {
  readonly tenant: Tenant
  readonly #clock: SandboxClock
  readonly #ids: RunIds
  readonly #bases: Bases
  readonly #spreadsheets: Spreadsheets
  readonly #seed: string
  readonly #files = new BoundedMap<string, DriveFile>(keptFiles, { mayForget: (file) => !this.#isRoot(file) })
  /** How many ids the seed took; absent once it is in place. */
  #seeded: number | undefined

  constructor(parts: {
    clock: SandboxClock
    ids: RunIds
    tenant: Tenant
    bases: Bases
    spreadsheets: Spreadsheets
    seed: string
  }) {
    this.#clock = parts.clock
    this.#ids = parts.ids
    this.tenant = parts.tenant
    this.#bases = parts.bases
    this.#spreadsheets = parts.spreadsheets
    this.#seed = parts.seed
    this.reset()
  }

  /** Also what is in the trash. */
  find(token: string): DriveFile | undefined {
    return this.#files.get(token)
  }

  /** What is not in the trash. */
  all(): DriveFile[] {
    return [...this.#files.values()].filter(({ deletedAtMs }) => deletedAtMs === undefined)
  }

  childrenOf(folder: DriveFile): DriveFile[] {
    return this.all().filter(({ parentToken }) => parentToken === folder.token)
  }

  /** A person's or a bot's own space. */
  rootOf(actor: Actor): DriveFile {
    const token = `fldcn${seededText(22, this.#seed, 'root', actor.type, actor.id)}`
    const name = actor.type === 'user' ? '我的空间' : this.tenant.nameOf(actor)
    return this.#files.get(token) ?? this.add({ token, type: 'folder', name, owner: actor })
  }

  add(file: Partial<DriveFile> & Pick<DriveFile, 'type' | 'name' | 'owner'>): DriveFile {
    const now = this.#clock.now()
    const added: DriveFile = {
      token: file.token ?? this.newId(prefixes[file.type]),
      parentToken: '',
      spaceId: undefined,
      createdAtMs: now,
      modifiedAtMs: now,
      modifiedBy: file.owner,
      deletedAtMs: undefined,
      members: [],
      publicSettings: { ...defaultPublicSettings },
      password: undefined,
      comments: [],
      document: undefined,
      target: undefined,
      ...file,
    }
    this.#files.set(added.token, added)
    return added
  }

  nameOf({ type, token, name }: DriveFile): string {
    if (type === 'sheet') return this.#spreadsheets.all().find((sheet) => sheet.token === token)?.title ?? name
    if (type === 'bitable') return this.#bases.all().find(({ appToken }) => appToken === token)?.name ?? name
    return name
  }

  /** Writes down who changed it. */
  touch(file: DriveFile, actor: Actor): void {
    file.modifiedAtMs = this.#clock.now()
    file.modifiedBy = actor
  }

  /** Into the trash, with all that lies in it. */
  remove(file: DriveFile): void {
    for (const child of this.childrenOf(file)) this.remove(child)
    file.deletedAtMs = this.#clock.now()
  }

  /** 27 characters in all, as tokens of files and ids of blocks have. */
  newId(prefix: string): string {
    const length = 27 - prefix.length
    if (this.#seeded === undefined) return prefix + this.#ids.secret(length)
    this.#seeded += 1
    return prefix + seededText(length, this.#seed, 'drive', this.#seeded)
  }

  *saved(): Iterable<readonly [string, DriveFile]> {
    for (const file of this.#files.values()) yield [file.token, file]
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    this.#files.clear()
    for (const [token, file] of values) this.#files.set(token, file as DriveFile)
  }

  /** 19 digits, as comments and replies are named by. */
  newNumber(): string {
    return this.#ids.device()
  }

  /** The seeded folders and documents alone, as at the start. */
  reset(): void {
    this.#files.clear()
    this.#seeded = 0
    seedDrive(this, { bases: this.#bases, spreadsheets: this.#spreadsheets })
    this.#seeded = undefined
  }

  /** Ids that depend on the seed alone are given out while `run` runs. */
  seeding(run: () => void): void {
    this.#seeded = 1_000_000
    run()
    this.#seeded = undefined
  }

  #isRoot({ parentToken, spaceId }: DriveFile): boolean {
    return parentToken === '' && spaceId === undefined
  }
}
