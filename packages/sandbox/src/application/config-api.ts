import type { ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { type Json, objectOf, objectsOf, textOf, textsOf } from '../im/card-json.ts'
import { eventUserId } from '../im/receive-event.ts'
import { PlatformError } from '../platform-error.ts'
import { checkedRequestUrl, type Subscription } from '../subscription.ts'
import type { AppRecord } from '../tenant.ts'
import { verifyRequestUrl } from '../url-verification.ts'
import { managedApp } from './application-call.ts'
import type { Application, ScopeIdentity } from './applications.ts'

/**
 * The developer console by API (docs: application-v7 application-config patch, application-publish create). Request URLs and
 * redirect URLs count at once, everything else with the next version, which is approved at once here.
 */
export const configHandlers: Readonly<Record<string, ApiHandler>> = {
  'PATCH /open-apis/application/v7/applications/:app_id/config': async (platform, call) => {
    const app = managedApp(platform, call, 210031, 210032)
    const application = platform.applications.of(app)
    const { event, callback, security } = call.body as Record<string, Json | undefined>
    checkUsers(platform, call, app)
    const eventUrl = await provenUrl(platform, app, call.body, event, app.events, event?.subscription_type)
    const callbackUrl = await provenUrl(platform, app, call.body, callback, app.callbacks, callback?.callback_type)
    if (eventUrl !== undefined) app.events = { ...app.events, requestUrl: eventUrl }
    if (callbackUrl !== undefined) app.callbacks = { ...app.callbacks, requestUrl: callbackUrl }
    const urls = new Set(application.redirectUrls)
    for (const url of textsOf(objectOf(security?.add).redirect_urls)) urls.add(url)
    for (const url of textsOf(objectOf(security?.remove).redirect_urls)) urls.delete(url)
    application.redirectUrls = [...urls]
    application.waiting.push({ ...call.body, user_id_type: call.query.user_id_type ?? 'open_id' })
    return { fields: { app_id: app.appId } }
  },
  'POST /open-apis/application/v7/applications/:app_id/publish': (platform, call) => {
    const app = managedApp(platform, call, 210032, 210032)
    const application = platform.applications.of(app)
    const last = application.versions.at(-1)?.version ?? '0.0.0'
    const version = textOf(call.body.version) ?? nextVersion(last)
    if (!/^\d+\.\d+\.\d+$/.test(version) || !isHigher(version, last)) throw new PlatformError(210303)
    for (const body of application.waiting.splice(0)) applyConfig(platform, app, application, body)
    application.applied = false
    const { versionId } = platform.applications.publish(
      application,
      version,
      String(call.body.remark),
      String(call.body.changelog),
    )
    platform.applications.changed()
    pushAudit(platform, app, application.ownerUserId, versionId, String(call.body.remark))
    if (app.events.type === 'websocket') platform.pushes.repushNow(app.appId)
    return { data: { version_id: versionId, version }, fields: { app_id: app.appId } }
  },
}

/** A version was approved (docs: application-v6 event audit). */
function pushAudit(platform: Platform, app: AppRecord, ownerUserId: string, versionId: string, remark: string): void {
  const owner = platform.tenant.users.get(ownerUserId)
  const person = owner && eventUserId(platform.tenant, app, owner)
  platform.pushes.push(app.appId, 'application.application.app_version.audit_v6', {
    ...(person && { operator_id: person, creator_id: person }),
    version_id: versionId,
    app_id: app.appId,
    operation: 'audited',
    remark,
    audit_source: 'auto',
  })
}

/** The request URL of a part of the body, which answered its challenge; nothing when there is none in it. */
async function provenUrl(
  platform: Platform,
  app: AppRecord,
  body: Json,
  part: Json | undefined,
  now: Subscription,
  type: unknown,
): Promise<string | undefined> {
  const requestUrl = textOf(part?.request_url)
  if (requestUrl === undefined) {
    if (type === 'webhook' && now.requestUrl === undefined) throw new PlatformError(210031, 'request_url')
    return undefined
  }
  const { encryption_key, verification_token } = objectOf(body.event_and_callback_encrypt_strategy)
  const encryptKey = textOf(encryption_key) ?? app.encryptKey
  try {
    const target = { requestUrl: checkedRequestUrl(requestUrl), encryptKey }
    await verifyRequestUrl(platform.webhooks, textOf(verification_token) ?? app.verificationToken, target)
  } catch (error) {
    throw new PlatformError(210042, error instanceof Error ? error.message : undefined)
  }
  return requestUrl
}

function applyConfig(platform: Platform, app: AppRecord, application: Application, body: Json): void {
  const { event, callback, scope, visibility, event_and_callback_encrypt_strategy: strategy } = body
  if (event) app.events = changed(app.events, objectOf(event), 'subscription_type', 'events')
  if (callback) app.callbacks = changed(app.callbacks, objectOf(callback), 'callback_type', 'callbacks')
  const { encryption_key: encryptKey, verification_token: token } = objectOf(strategy)
  if (textOf(encryptKey) !== undefined) app.encryptKey = textOf(encryptKey)
  app.verificationToken = textOf(token) ?? app.verificationToken
  for (const { scope_name, token_type } of objectsOf(objectOf(scope).add_scopes)) {
    const name = String(scope_name)
    const identities = application.scopes.get(name) ?? []
    application.scopes.set(name, new Set([...identities, token_type as ScopeIdentity]))
  }
  for (const { scope_name, token_type } of objectsOf(objectOf(scope).remove_scopes)) {
    const name = String(scope_name)
    const rest = [...(application.scopes.get(name) ?? [])].filter((identity) => identity !== token_type)
    if (rest.length > 0) application.scopes.set(name, new Set(rest))
    else application.scopes.delete(name)
  }
  if (visibility) app.availableTo = availableTo(platform, app, objectOf(visibility), String(body.user_id_type))
}

function changed(now: Subscription, part: Json, typeName: string, what: string): Subscription {
  const without = new Set(now.without)
  for (const type of textsOf(part[`remove_${what}`])) without.add(type)
  for (const type of textsOf(part[`add_${what}`])) without.delete(type)
  return { ...now, type: part[typeName] === 'webhook' ? 'webhook' : 'websocket', without }
}

function availableTo(platform: Platform, app: AppRecord, visibility: Json, idType: string): AppRecord['availableTo'] {
  if (visibility.is_visible_to_all === true) return 'everyone'
  const { user_ids, department_ids } = objectOf(visibility.visible_list)
  const departments = textsOf(department_ids)
  const users = [...platform.tenant.users.values()].filter(({ userId, unionId, departmentIds }) => {
    const openId = platform.tenant.openId(app.appId, { type: 'user', id: userId })
    const id = { user_id: userId, union_id: unionId }[idType] ?? openId
    const isIn = (departmentId: string) =>
      departments.includes(departmentId) || departments.includes(platform.tenant.openDepartmentId(departmentId))
    return textsOf(user_ids).includes(id) || departmentIds.some(isIn)
  })
  return new Set(users.map(({ userId }) => userId))
}

/** Somebody must be left who may use the app. */
function checkUsers(platform: Platform, call: ApiCall, app: AppRecord): void {
  const visibility = objectOf(call.body.visibility)
  if (visibility.is_visible_to_all !== false || visibility.visible_list === undefined) return
  const users = availableTo(platform, app, visibility, String(call.query.user_id_type ?? 'open_id'))
  if (users !== 'everyone' && users.size === 0) throw new PlatformError(210031, 'visibility names nobody')
}

function nextVersion(version: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return `${major}.${minor}.${patch + 1}`
}

function isHigher(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0
}
