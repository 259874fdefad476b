import { seededHex, seededText } from '../ids.ts'
import { PlatformError } from '../platform-error.ts'
import { seedSql } from './seed.ts'
import { WorkspaceDatabase } from './workspace-database.ts'

/** A data workspace of aPaaS. */
export interface Workspace {
  /** `workspace_…` */
  workspaceId: string
  name: string
  /** The aPaaS app it belongs to, `app_…`. */
  appId: string
  database: WorkspaceDatabase
}

/** The aPaaS workspaces of the company: one, with customers, products and orders. */
export class Workspaces {
  readonly #seed: string
  readonly #workspace: Workspace

  constructor(seed: string) {
    this.#seed = seed
    this.#workspace = {
      workspaceId: `workspace_${seededText(13, seed, 'workspace').toLowerCase()}`,
      name: '订单中心 Order Center',
      appId: `app_${seededText(13, seed, 'apaas app').toLowerCase()}`,
      database: new WorkspaceDatabase(seedSql((userId) => `(${this.userId(userId)})`)),
    }
  }

  all(): Workspace[] {
    return [this.#workspace]
  }

  /** @throws PlatformError 2320001 */
  workspace(workspaceId: string): Workspace {
    if (workspaceId === this.#workspace.workspaceId) return this.#workspace
    throw new PlatformError(2320001, `there is no workspace ${workspaceId}`)
  }

  /** The id of a person in aPaaS, 16 digits. */
  userId(userId: string): string {
    return `18${String(BigInt(`0x${seededHex(14, this.#seed, 'apaas user', userId)}`))
      .padStart(14, '0')
      .slice(0, 14)}`
  }

  /** The seeded records alone, as at the start. */
  async reset(): Promise<void> {
    await this.#workspace.database.reset()
  }

  async close(): Promise<void> {
    await this.#workspace.database.close()
  }
}
