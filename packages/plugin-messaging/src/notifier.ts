import type { Alarm, Notifier } from '@larkspur/core'
import type { Outbox } from './send.ts'

/** Carries alarms to the admins of an app as text messages. */
export function createNotifier(outbox: Outbox, appIds: () => readonly string[]): Notifier {
  return {
    async notify(alarm, admins) {
      const apps = alarm.appId === undefined ? appIds() : [alarm.appId]
      const sent = await Promise.allSettled(admins.map((admin) => tell(outbox, apps, admin, alarmText(alarm))))
      for (const outcome of sent) if (outcome.status === 'rejected') throw outcome.reason
    },
  }
}

/** An open id is good for its own app alone, and an alarm of the whole bot does not say whose it is: the first that can. */
async function tell(outbox: Outbox, apps: readonly string[], openId: string, text: string): Promise<void> {
  let failure: unknown
  for (const appId of apps)
    try {
      await outbox.sendText({ openId }, text, { appId })
      return
    } catch (error) {
      failure ??= error
    }
  if (failure !== undefined) throw failure
}

/** What the admins read. */
export function alarmText({ name, appId, severity, message, action }: Alarm): string {
  const sign = severity === 'critical' ? '🔴' : '🟡'
  return `${sign} ${name}${appId === undefined ? '' : ` (${appId})`}\n${message}\nWhat to do: ${action}`
}
