/** Something that needs a person. Raised by core and plugins, carried by the {@link Notifier}. */
export interface Alarm {
  /** Stable name, e.g. `connection-fallback`; the same alarm of one app is sent at most once an hour. */
  readonly name: string
  readonly appId?: string | undefined
  readonly severity: 'warning' | 'critical'
  /** What happened. No secrets, no message text. */
  readonly message: string
  /** What to do now. */
  readonly action: string
}

/** The contract that carries alarms to the admins of an app. plugin-messaging fills it. */
export interface Notifier {
  notify(alarm: Alarm, admins: readonly string[]): Promise<void>
}
