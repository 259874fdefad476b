import { type ApiCall, type ApiHandler, callingApp, type Platform, page, queryText, userIdOf } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AppRecord, UserRecord } from '../tenant.ts'
import { namedApp } from './application-call.ts'
import type { Application, AppVersion } from './applications.ts'

/** application v6 apps, versions and scopes, and who may use what (docs: application-v6). */
export const applicationHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/application/v6/applications/:app_id': (platform, call) => {
    return { data: { app: appAnswer(platform, call, namedApp(platform, call, 210503, 210504)) } }
  },
  'GET /open-apis/application/v6/applications': (platform, call) => {
    const apps = [...platform.tenant.apps.values()]
    const { items, ...rest } = page(call, apps, 211001)
    const answers = items.map((app) => appAnswer(platform, call, app))
    return { data: { ...rest, app_list: answers, total_count: apps.length } }
  },
  'GET /open-apis/application/v6/applications/:app_id/app_versions': (platform, call) => {
    const app = namedApp(platform, call, 210503, 210504)
    const versions = [...platform.applications.of(app).versions]
    // 0, the default: the newest first.
    if (queryText(call, 'order') !== '1') versions.reverse()
    const { items, ...rest } = page(call, versions, 210501)
    return { data: { ...rest, items: items.map((version) => versionAnswer(platform, app, version)) } }
  },
  'GET /open-apis/application/v6/applications/:app_id/app_versions/:version_id': (platform, call) => {
    const app = namedApp(platform, call, 210503, 210504)
    const version = platform.applications.of(app).versions.find(({ versionId }) => versionId === call.params.version_id)
    if (!version) throw new PlatformError(211003)
    return { data: { app_version: versionAnswer(platform, app, version) } }
  },
  'GET /open-apis/application/v6/scopes': (platform, call) => {
    const { scopes, waiting } = platform.applications.of(callingApp(call))
    const asked = waitingScopes(waiting).filter((name) => !scopes.has(name))
    const status = (names: Iterable<string>, grant_status: number) =>
      [...names].map((scope_name) => ({ scope_name, grant_status }))
    return { data: { scopes: [...status(scopes.keys(), 1), ...status(asked, 2)] } }
  },
  'POST /open-apis/application/v6/scopes/apply': (platform, call) => {
    const application = platform.applications.of(callingApp(call))
    if (waitingScopes(application.waiting).length === 0) throw new PlatformError(212002)
    if (application.applied) throw new PlatformError(212004)
    application.applied = true
    return {}
  },
  'GET /open-apis/application/v1/user/visible_apps': (platform, call) => {
    const user = askedUser(platform, call)
    const apps = [...platform.tenant.apps.values()].filter((app) => platform.tenant.isAvailable(app, user.userId))
    const { items, ...rest } = page(call, apps, 9499, 100)
    const app_list = items.map((app) => ({
      app_id: app.appId,
      primary_language: 'zh_cn',
      app_name: app.name,
      description: platform.applications.of(app).description,
      avatar_url: '',
      app_scene_type: 0,
      status: 1,
      mobile_default_ability: botAbility,
      pc_default_ability: botAbility,
      create_source: 'developer_console',
    }))
    const language = queryText(call, 'lang') ?? 'zh_cn'
    return { data: { ...rest, page_size: items.length, total_count: apps.length, lang: language, app_list } }
  },
}

/** A bot, as old APIs number abilities. */
const botAbility = 8

/** Names of permissions that config calls asked for and no version carries yet. */
function waitingScopes(waiting: Application['waiting']): string[] {
  const bodies = waiting as readonly { scope?: { add_scopes?: readonly { scope_name: string }[] } }[]
  return [...new Set(bodies.flatMap(({ scope }) => scope?.add_scopes ?? []).map(({ scope_name }) => scope_name))]
}

function askedUser(platform: Platform, call: ApiCall): UserRecord {
  const userId = queryText(call, 'user_id')
  const openId = queryText(call, 'open_id')
  const actor = openId === undefined ? undefined : platform.tenant.actorByOpenId(openId)?.actor
  const user = platform.tenant.users.get(userId ?? (actor?.type === 'user' ? actor.id : ''))
  if (user) return user
  throw new PlatformError(9499, 'user_id or open_id')
}

function appAnswer(platform: Platform, call: ApiCall, app: AppRecord): Record<string, unknown> {
  const application = platform.applications.of(app)
  const { ownerUserId, redirectUrls, versions } = application
  const ownerId = userIdOf(platform.tenant, callingApp(call), ownerUserId, queryText(call, 'user_id_type') ?? 'open_id')
  return {
    creator_id: ownerId,
    status: 1,
    scene_type: 0,
    payment_type: 0,
    redirect_urls: redirectUrls,
    online_version_id: versions.at(-1)?.versionId ?? '',
    // Versions are approved at once.
    unaudit_version_id: '',
    ...looks(app, application),
    primary_language: 'zh_cn',
    owner: { type: 2, owner_id: ownerId, name: platform.tenant.users.get(ownerUserId)?.name ?? '' },
    mobile_default_ability: 'bot',
    pc_default_ability: 'bot',
  }
}

function versionAnswer(platform: Platform, app: AppRecord, version: AppVersion): Record<string, unknown> {
  const second = String(Math.floor(version.publishTimeMs / 1000))
  return {
    version: version.version,
    version_id: version.versionId,
    ...looks(app, platform.applications.of(app)),
    events: [],
    status: 1,
    create_time: second,
    publish_time: second,
    ability: { bot: { card_request_url: app.callbacks.requestUrl ?? '' } },
    remark: {
      remark: version.remark,
      update_remark: version.changelog,
      visibility: { is_all: app.availableTo === 'everyone' },
    },
    event_infos: [],
  }
}

/** What an app and its versions have in common. */
function looks({ appId, name }: AppRecord, { description, scopes }: Application): Record<string, unknown> {
  return {
    app_id: appId,
    app_name: name,
    avatar_url: '',
    description,
    scopes: [...scopes].map(([scope, identities]) => ({
      scope,
      description: '',
      level: 1,
      token_types: [...identities],
    })),
    back_home_url: '',
    i18n: [{ i18n_key: 'zh_cn', name, description, help_use: '' }],
    common_categories: [],
  }
}
