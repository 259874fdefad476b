import { AilyAnswers } from './aily/answers.ts'
import { AilySessions } from './aily/sessions.ts'
import { Workspaces } from './apaas/workspaces.ts'
import type { Platform } from './api-call.ts'
import { loadContracts, loadNotModelled } from './api-contract.ts'
import { apiHandlers } from './api-handlers.ts'
import { ApiServer } from './api-server.ts'
import { Applications } from './application/applications.ts'
import { Bases } from './bitable/bases.ts'
import { TableWrites } from './bitable/table-writes.ts'
import { CallLog } from './call-log.ts'
import { CardEntities } from './cardkit/card-entities.ts'
import { Changes } from './changes.ts'
import { SandboxClock } from './clock.ts'
import type { AddAppOptions, SandboxControl, SandboxSettingsChange } from './control.ts'
import { controlRoutes } from './control-routes.ts'
import { CommentNotices } from './drive/comment-notices.ts'
import { DriveFiles } from './drive/drive-files.ts'
import { DriveTasks } from './drive/drive-tasks.ts'
import { MediaStore } from './drive/media-store.ts'
import { Subscriptions } from './drive/subscriptions.ts'
import { Uploads } from './drive/uploads.ts'
import { Effects } from './effects.ts'
import { discoverEndpoint } from './endpoint.ts'
import { Faults } from './faults.ts'
import { RunIds } from './ids.ts'
import { BatchMessages } from './im/batch-messages.ts'
import { ChatStore } from './im/chat-store.ts'
import { MessageStore } from './im/message-store.ts'
import { ResourceStore } from './im/resource-store.ts'
import { UpdateTokens } from './im/update-tokens.ts'
import { Ledger } from './ledger.ts'
import { LocalControl, type SandboxParts } from './local-control.ts'
import { LongConnection } from './long-connection.ts'
import { Grants } from './oauth/grants.ts'
import { FeedServer } from './page-server/feed.ts'
import { InspectorView } from './page-server/inspector-view.ts'
import { pageRoutes } from './page-server/page-routes.ts'
import { PageView } from './page-server/page-view.ts'
import { PlatformServer } from './platform-server.ts'
import { PushEngine } from './push-engine.ts'
import { RateLimits } from './rate-limits.ts'
import { Routes } from './routes.ts'
import { StateKeeper } from './saved-state/state-keeper.ts'
import { changeSettings, defaultSettings } from './settings.ts'
import { Spreadsheets } from './sheets/spreadsheets.ts'
import { Tenant } from './tenant.ts'
import { Tokens } from './tokens.ts'
import { WebhookClient } from './webhook.ts'
import { WikiSpaces } from './wiki/wiki-spaces.ts'

/** How a sandbox starts. */
export interface SandboxOptions {
  /** Default 0, a free port. */
  port?: number
  /** Default 127.0.0.1. Whoever reaches the port controls the sandbox. */
  host?: string
  /** Gives the same app ids, secrets, user and group ids each time. Default `larkspur`. */
  seed?: string
  /** The apps, or how many. Default 1. */
  apps?: number | readonly AddAppOptions[]
  /** Platform time passes this much faster than real time. Default 1. */
  clockScale?: number
  /** Also changeable later by `configure`. */
  settings?: SandboxSettingsChange
  /** How much is kept; older entries are forgotten. */
  retention?: {
    /** Default 100,000. */
    messages?: number
    /** Uploaded images and files of messages, and as much again of documents. Default 256 MiB. */
    resourceBytes?: number
    /** Settled deliveries; pending ones are always kept. Default 20,000. */
    deliveries?: number
    /** Default 50,000. */
    ledger?: number
    /** Default 5,000. */
    calls?: number
  }
  /** Larger request bodies get HTTP 413. Default 1 MiB; tables may have 10 MiB, uploads 32 MiB and verbs 44 MiB in any case. */
  maxBodyBytes?: number
  /**
   * Keeps people, apps, chats, messages, uploads, card entities and documents but aPaaS workspaces in this file, so that they outlive the
   * sandbox. A file that is not understood is kept aside under another name. Default: nothing is kept.
   */
  stateFile?: string
  /** Gets sentences about what is odd and did not stop the sandbox. Default `process.emitWarning`. */
  onWarning?: (sentence: string) => void
}

/** A sandbox in this process. */
export interface Sandbox extends SandboxControl, AsyncDisposable {
  /** Ends all links and calls and frees the port. */
  close(): Promise<void>
}

/**
 * Starts a local Feishu in this process. Bots connect to it by using `url` as their SDK's domain.
 *
 * @throws Error when the port is in use, or an option is wrong
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed = 'larkspur', retention = {} } = options
  const clock = new SandboxClock(options.clockScale ?? 1)
  const ids = new RunIds()
  const settings = defaultSettings()
  changeSettings(settings, options.settings ?? {})
  const tenant = new Tenant(seed)
  const chats = new ChatStore(tenant, ids, seed)
  addApps(tenant, chats, options.apps ?? 1)
  const tokens = new Tokens(clock, ids, () => settings.tokenLifetimeSeconds)
  const messages = new MessageStore(clock, ids, retention.messages ?? 100_000)
  const links = new LongConnection(clock, ids, settings)
  const webhooks = new WebhookClient(() => clock.now() + settings.webhookSkewMs)
  const pushes = new PushEngine(tenant, clock, ids, links, webhooks, settings, retention.deliveries ?? 20_000)
  const updateTokens = new UpdateTokens(clock, ids)
  const rateLimits = new RateLimits(clock, settings)
  const grants = new Grants(clock, ids)
  const resources = new ResourceStore(ids, retention.resourceBytes ?? 256 * 1024 * 1024)
  const bases = new Bases(clock, ids, tenant, seed)
  const tableWrites = new TableWrites(clock, settings)
  const subscriptions = new Subscriptions()
  const spreadsheets = new Spreadsheets(ids, seed)
  const drive = new DriveFiles({ clock, ids, tenant, bases, spreadsheets, seed })
  const media = new MediaStore(ids, retention.resourceBytes ?? 256 * 1024 * 1024)
  const uploads = new Uploads(clock, ids, retention.resourceBytes ?? 256 * 1024 * 1024)
  const tasks = new DriveTasks(clock, ids)
  const wiki = new WikiSpaces(clock, ids, drive, seed)
  const workspaces = new Workspaces(seed)
  const ailyAnswers = new AilyAnswers()
  const aily = new AilySessions(clock, ids, ailyAnswers)
  const platform = {
    tenant,
    tokens,
    applications: new Applications(clock, ids, seed, tenant.company.ownerUserId),
    chats,
    messages,
    batches: new BatchMessages(ids),
    resources,
    cardEntities: new CardEntities(clock, ids, messages),
    updateTokens,
    clock,
    pushes,
    webhooks,
    rateLimits,
    grants,
    bases,
    tableWrites,
    subscriptions,
    commentNotices: new CommentNotices(),
    spreadsheets,
    drive,
    media,
    uploads,
    tasks,
    wiki,
    workspaces,
    aily,
    ailyAnswers,
  }
  const routes = new Routes(loadContracts(), apiHandlers, loadNotModelled())
  const faults = new Faults(routes)
  const ledger = new Ledger(retention.ledger ?? 50_000)
  const calls = new CallLog(retention.calls ?? 5000)
  const effects = new Effects(platform, clock, ledger, settings)
  const endpoint = (body: Readonly<Record<string, unknown>>, host: string) =>
    discoverEndpoint(tenant, links, settings, host, body)
  const api = new ApiServer({ platform, clock, ids, routes, faults, effects, calls, endpoint })
  const initialSettings = structuredClone(options.settings ?? {})
  const changes = new Changes()
  tellChanges(changes, { ...platform, links, calls })
  const control = new LocalControl({
    platform,
    clock,
    ids,
    settings,
    initialSettings,
    links,
    pushes,
    webhooks,
    faults,
    effects,
    ledger,
    calls,
    changes,
  })
  const view = new PageView(platform, links)
  const inspector = new InspectorView(pushes, calls)
  const feed = new FeedServer(view, inspector, platform, changes)
  const page = { queries: pageRoutes(platform, view, inspector), feed }
  const keeper = options.stateFile === undefined ? undefined : keepState(options.stateFile, options, platform)
  keeper?.follow(changes)
  const server = new PlatformServer(api, links, controlRoutes(control), page, options.maxBodyBytes ?? 1024 * 1024)
  await server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  control.url = `http://${server.host}`
  const close = async () => {
    pushes.reset()
    messages.close()
    clock.close()
    links.close()
    await server.close()
    keeper?.close()
    await workspaces.close()
  }
  return Object.assign(control, { close, [Symbol.asyncDispose]: close })
}

function keepState(path: string, { onWarning }: SandboxOptions, platform: Platform): StateKeeper {
  const { tenant, applications, chats, messages, batches, resources, media, cardEntities } = platform
  const { bases, spreadsheets, drive, wiki, subscriptions, commentNotices } = platform
  const uploads = { resources, media }
  const documents = { bases, spreadsheets, drive, wiki, subscriptions, commentNotices }
  const others = { tenant, applications, batches, cardEntities, ...documents }
  const warn = onWarning ?? ((sentence: string) => process.emitWarning(sentence))
  return new StateKeeper(path, { messages, chats, uploads, others }, warn)
}

function tellChanges(
  changes: Changes,
  parts: Pick<Platform, 'tenant' | 'applications' | 'chats' | 'messages' | 'pushes'> &
    Pick<SandboxParts, 'links' | 'calls'>,
): void {
  parts.tenant.changed = () => changes.tell({ kind: 'people' })
  parts.applications.changed = () => changes.tell({ kind: 'people' })
  parts.chats.changed = (chat) => changes.tell({ kind: 'chat', chat })
  parts.chats.read = (chat, userId) => changes.tell({ kind: 'read', chat, userId })
  parts.messages.changed = (message) => changes.tell({ kind: 'message', message })
  parts.pushes.changed = (delivery) => changes.tell({ kind: 'delivery', delivery })
  parts.pushes.callbackLog.changed = (callback) => changes.tell({ kind: 'callback', callback })
  parts.links.changed = (appId) => changes.tell({ kind: 'links', appId })
  parts.calls.added = (call) => changes.tell({ kind: 'call', call })
}

function addApps(tenant: Tenant, chats: ChatStore, apps: number | readonly AddAppOptions[]): void {
  const list = typeof apps === 'number' ? Array.from({ length: apps }, () => ({})) : apps
  for (const app of list) tenant.addApp(app)
  const [first] = tenant.apps.keys()
  if (first !== undefined) chats.addSeedGroups(first)
}
