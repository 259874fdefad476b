import type { Sandbox } from '@larkspur/sandbox'

/** The variables with which a bot of the command line uses a sandbox; free ports, a log that a test can read. */
export function sandboxEnv({ url, apps }: Sandbox): Readonly<Record<string, string>> {
  const [app] = apps
  return {
    LARKSPUR_APP_ID: app?.appId ?? '',
    LARKSPUR_APP_SECRET: app?.appSecret ?? '',
    LARKSPUR_APP_DOMAIN: url,
    LARKSPUR_HTTP_PORT: '0',
    LARKSPUR_HTTP_MONITOR_PORT: '0',
    LARKSPUR_LOG_FORMAT: 'json',
  }
}
