import { actorIds } from '../drive/file-events.ts'
import type { Actor, AppRecord } from '../tenant.ts'
import type { Row } from './bases.ts'
import type { TableCall } from './bitable-call.ts'
import { cellAnswer } from './cell.ts'

interface RowChange {
  row: Row
  action: 'record_added' | 'record_edited' | 'record_deleted'
  before: Row['cells'] | undefined
}

/** Collects what one call does to records, for the apps that subscribed to the base. */
export class RecordWatch {
  readonly #call: TableCall
  readonly #actor: Actor
  readonly #changes: RowChange[] = []

  constructor(call: TableCall, actor: Actor) {
    this.#call = call
    this.#actor = actor
  }

  added(row: Row): void {
    this.#changes.push({ row, action: 'record_added', before: undefined })
  }

  /** To be told before the row changes. */
  willEdit(row: Row): void {
    this.#changes.push({ row, action: 'record_edited', before: new Map(row.cells) })
  }

  deleted(row: Row): void {
    this.#changes.push({ row, action: 'record_deleted', before: row.cells })
  }

  /** Pushes `drive.file.bitable_record_changed_v1` (docs: bitable-v1 events bitable_record_changed). */
  push(): void {
    const { platform, base, table } = this.#call
    for (const [appId, subscriber] of platform.subscriptions.of(base.appToken)) {
      const app = platform.tenant.app(appId)
      const action_list = this.#changes.map((change) => this.#actionOf(app, change))
      platform.pushes.push(appId, 'drive.file.bitable_record_changed_v1', {
        file_type: 'bitable',
        file_token: base.appToken,
        table_id: table.tableId,
        revision: table.revision,
        operator_id: actorIds(this.#call.platform.tenant, app, this.#actor),
        action_list,
        subscriber_id_list: [actorIds(this.#call.platform.tenant, app, subscriber)],
        update_time: Math.floor(platform.clock.now() / 1000),
      })
    }
  }

  #actionOf(app: AppRecord, { row, action, before }: RowChange) {
    const after = action === 'record_deleted' ? undefined : row.cells
    const values = (cells: Row['cells'] | undefined) => {
      const changed = this.#call.table.fields.filter(({ fieldId }) => {
        return JSON.stringify(before?.get(fieldId)) !== JSON.stringify(after?.get(fieldId))
      })
      return changed.flatMap((field) => {
        if (!cells?.has(field.fieldId)) return []
        const value = cellAnswer({ ...this.#call, app, idType: 'open_id' }, field, { ...row, cells })
        const users = field.type === 11 ? (cells.get(field.fieldId) as string[]).map((id) => this.#userOf(app, id)) : []
        return {
          field_id: field.fieldId,
          field_value: JSON.stringify(value),
          ...(users.length > 0 && { field_identity_value: { users } }),
        }
      })
    }
    return { record_id: row.recordId, action, before_value: values(before), after_value: values(after) }
  }

  #userOf(app: AppRecord, userId: string) {
    const user = this.#call.platform.tenant.users.get(userId)
    const user_id = actorIds(this.#call.platform.tenant, app, { type: 'user', id: userId })
    return { user_id, name: user?.name ?? '', en_name: user?.enName ?? '', avatar_url: '' }
  }
}
