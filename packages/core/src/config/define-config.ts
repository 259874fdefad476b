import type { KernelOptionsInput } from '../generated/kernel-options.ts'
import type { AppConfig } from './app-config.ts'
import type { Retry } from './retry.ts'

/**
 * What `createBot` and `defineConfig` take: the apps, the plugins, and any of the kernel's options (docs/config.md).
 * Everything may be left out or undefined; it then comes from the environment, `.env` or the default.
 */
export interface BotConfig<P extends readonly unknown[] = readonly unknown[]> extends KernelOptionsInput {
  /** Without them: `LARKSPUR_APP_ID` and `LARKSPUR_APP_SECRET`, or `LARKSPUR_APPS`. */
  readonly apps?: readonly AppConfig[] | undefined
  readonly plugins?: P | undefined
  /** How failed calls are repeated, over the numbers in `api`. An app and a call may have their own. */
  readonly retry?: Retry | undefined
}
