import type { LarkspurError } from '../errors/larkspur-error.ts'
import type { Alarm } from '../observe/alarm.ts'
import type { LinkFailureReason } from './failure.ts'

/** The alarm for a link that does not come up after many attempts. */
export function fallbackAlarm(appId: string, failures: number, error: LarkspurError): Alarm {
  return {
    name: 'connection-fallback',
    appId,
    severity: 'critical',
    message: `The long connection of ${appId} could not be opened ${failures} times in a row: ${error.message}`,
    action:
      'Check network, proxy and firewall between the bot and the platform; the bot goes on trying. If that cannot be cured, ' +
      'receive by webhook: set `receive: "webhook"` for the app and restart, then choose "Send notifications to developer’s ' +
      'server" in the developer console, page Events & Callbacks, for events and callbacks both, with the address of ' +
      'the bot’s webhook, and publish a version.',
  }
}

/** The alarm for a refusal that waiting alone does not cure; undefined for other failures. */
export function refusalAlarm(appId: string, reason: LinkFailureReason, error: LarkspurError): Alarm | undefined {
  if (reason !== 'refused' && reason !== 'limit') return undefined
  const refused = reason === 'refused'
  return {
    name: refused ? 'connection-refused' : 'connection-limit',
    appId,
    severity: refused ? 'critical' : 'warning',
    message: error.message,
    action: error.hint,
  }
}
