import { Client, LoggerLevel } from '@larksuiteoapi/node-sdk'
import type { AppClient } from './api/call.ts'
import { asUserHeader, type SdkTransport, transportKey } from './api/sdk-transport.ts'
import { coreError } from './errors/catalogue.ts'

const clients = new WeakMap<SdkTransport, Client>()

/** The SDK would log whole errors, tokens included; ours are thrown to the caller and logged there, masked. */
const silent = { fatal() {}, error() {}, warn() {}, info() {}, debug() {}, trace() {} }

/**
 * The official SDK's typed client for one app, on Larkspur's transport: its tokens, deadlines, retries and typed errors.
 *
 * ```ts
 * await client(bot.app('cli_…')).im.v1.chat.list({ params: { page_size: 20 } })
 * ```
 *
 * Differences: an answer with a code other than 0 is thrown as a LarkspurError. Do not use the `…WithIterator` methods:
 * the SDK swallows the errors of their pages; use `app.paginate`. Path values are not encoded by the SDK.
 * Importing this entry loads the SDK (about 0.1 s and 50 MB) and its types; nothing else of Larkspur does.
 * @throws API_REQUEST_INVALID when the value is not an app of a bot
 */
export function client(app: AppClient): Client {
  const transport = (app as { readonly [transportKey]?: SdkTransport })[transportKey]
  if (!transport)
    throw coreError('API_REQUEST_INVALID', { message: 'client() takes an app of a bot: client(bot.app(appId))' })
  let made = clients.get(transport)
  if (!made) {
    made = new Client({
      appId: app.appId,
      appSecret: 'held by the credential pool',
      domain: app.domain,
      httpInstance: transport as never,
      disableTokenCache: true,
      logger: silent,
      loggerLevel: LoggerLevel.fatal,
    })
    clients.set(transport, made)
  }
  return made
}

/** Makes one raw call as a user: `client(app).docx.document.get(payload, asUser('ou_…'))`. Needs plugin-auth. */
export function asUser(openId: string): { headers: Record<string, string> } {
  // A new object each time: the SDK changes the options that it is given.
  return { headers: { [asUserHeader]: openId } }
}

export type { Client }
