import type { Plugin } from '@larkspur/core'
import { createTestBot } from '../create-test-bot.ts'
import type { TestBot } from '../test-bot.ts'
import type { PluginRecord } from './plugin-record.ts'

/** The plugin under test, and what its checks need. */
export interface Subject {
  readonly name: string
  readonly record: PluginRecord
  /** Makes the plugin with the options that it needs, and these over them. */
  readonly plugin: (options?: Readonly<Record<string, unknown>>) => Plugin
  /** The plugins that it uses. */
  readonly others: readonly Plugin[]
}

/** A test bot with plugins whose types nobody knows. */
export function botOf(plugins: readonly Plugin[], start: boolean): Promise<TestBot<readonly Plugin[]>> {
  return createTestBot({ plugins, start } as never) as unknown as Promise<TestBot<readonly Plugin[]>>
}

/** An error in a problem's words. */
export function reason(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code
  const message = error instanceof Error ? error.message : String(error)
  return typeof code === 'string' ? `${code}: ${message}` : message
}
