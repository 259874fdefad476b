import type { ApiCall, Platform } from '../api-call.ts'
import type { SqlWork } from './sql-worker.ts'
import type { SqlAnswer } from './workspace-database.ts'
import type { Workspace } from './workspaces.ts'

/** @throws PlatformError 2320001 */
export function workspaceOf(platform: Platform, call: ApiCall): Workspace {
  return platform.workspaces.workspace(call.params.workspace_id ?? '')
}

/** Runs work in the name of the caller; apps hear of the records that it changes (docs: workspace record_change). */
export async function runWork(
  platform: Platform,
  call: ApiCall,
  work: Pick<SqlWork, 'script' | 'statements'>,
): Promise<SqlAnswer> {
  const workspace = workspaceOf(platform, call)
  const user = `(${platform.workspaces.userId(call.user?.userId ?? '')})`
  const answer = await workspace.database.run({ ...work, user })
  for (const { table_name, type, operator, before, after } of answer.changes) {
    const event = {
      workspace: workspace.workspaceId,
      app: workspace.appId,
      table: table_name,
      type,
      operator,
      before,
      after,
    }
    for (const appId of platform.tenant.apps.keys())
      platform.pushes.push(appId, 'apaas.workspace.record_change_v1', event)
  }
  return answer
}
