import type { BotConfig } from '../config/define-config.ts'
import type { CheckedPlugins, Plugin } from './define-plugin.ts'

/**
 * Describes a bot in `bot.config.ts`; returns what it is given, with its types.
 *
 * ```ts
 * export default defineConfig({ plugins: [messaging(), greeter()] })
 * ```
 */
export function defineConfig<const P extends readonly Plugin[]>(
  config: BotConfig<P> & { readonly plugins?: CheckedPlugins<P> | undefined },
): BotConfig<P> {
  return config as BotConfig<P>
}
