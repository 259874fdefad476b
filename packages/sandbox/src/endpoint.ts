import type { SandboxSettings } from './control.ts'
import type { LongConnection } from './long-connection.ts'
import type { Tenant } from './tenant.ts'

/** The name of endpoint discovery in calls and faults. */
export const endpointApi = 'POST /callback/ws/endpoint'

/**
 * Endpoint discovery, `POST /callback/ws/endpoint`: where an app shall connect. Answers 1000040346 for an unknown app
 * and 1000040345 for a wrong secret, with HTTP 200 (source: the endpoint codes of the official SDKs).
 */
export function discoverEndpoint(
  tenant: Tenant,
  links: LongConnection,
  settings: SandboxSettings,
  host: string,
  body: Readonly<Record<string, unknown>>,
): { code: number; msg: string; data?: unknown } {
  const app = tenant.apps.get(String(body.AppID))
  const refusal = settings.endpointErrorData === 'object' ? { data: {} } : {}
  if (!app) return { code: 1000040346, msg: 'app_id is invalid', ...refusal }
  if (body.AppSecret !== app.appSecret) return { code: 1000040345, msg: 'app_id or app_secret is invalid', ...refusal }
  return { code: 0, msg: '', data: { URL: links.address(host, app.appId), ClientConfig: settings.clientConfig } }
}
