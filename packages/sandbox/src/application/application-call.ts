import { type ApiCall, callingApp, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'

/** The app that the path names, `me` for the caller's own; with the code of an id that is none and of an unknown one. */
export function namedApp(platform: Platform, call: ApiCall, malformed: number, unknown: number): AppRecord {
  const id = call.params.app_id ?? queryText(call, 'app_id') ?? ''
  if (id === 'me') return callingApp(call)
  if (!/^cli_[0-9a-f]{16}$/i.test(id)) throw new PlatformError(malformed, 'app_id')
  const app = platform.tenant.apps.get(id)
  if (app) return app
  throw new PlatformError(unknown)
}

/**
 * The app that the path names, where only an app itself, its owner and administrators may act.
 *
 * @throws PlatformError 404 code for an unknown app, `otherApp` for another app, 210037 for a user without the right
 */
export function managedApp(platform: Platform, call: ApiCall, malformed: number, unknown: number): AppRecord {
  const app = namedApp(platform, call, malformed, unknown)
  const { user } = call
  if (user === undefined && app !== callingApp(call)) throw new PlatformError(210036)
  if (user && !isManager(platform, app, user)) throw new PlatformError(210037)
  return app
}

/** Whether a person checks and manages the company's apps (docs: app-administrator). */
export function isAdministrator(platform: Platform, user: UserRecord): boolean {
  return platform.tenant.company.administratorIds.includes(user.userId)
}

function isManager(platform: Platform, app: AppRecord, user: UserRecord): boolean {
  return isAdministrator(platform, user) || platform.applications.of(app).ownerUserId === user.userId
}
