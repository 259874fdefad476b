import type { App } from '../config/app.ts'
import type { AppClient } from './call.ts'
import { type ClientParts, PlatformClient } from './platform-client.ts'

export type { ClientParts } from './platform-client.ts'

/** The clients of one bot, one per app. */
export interface AppClients extends Disposable {
  of(app: App): AppClient
}

/** Makes the clients of a bot. */
export function createClients(parts: ClientParts): AppClients {
  const clients = new Map<string, PlatformClient>()
  return {
    of(app) {
      let client = clients.get(app.appId)
      if (!client) {
        client = new PlatformClient(app, parts)
        clients.set(app.appId, client)
      }
      return client
    },
    [Symbol.dispose]() {
      for (const client of clients.values()) client.close()
    },
  }
}
