import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'

/**
 * Runs one lifecycle phase of one plugin under its deadline; a failure names both.
 * @throws PLUGIN_PHASE_TIMEOUT, PLUGIN_PHASE_FAILED
 */
export async function runPhase<T>(
  plugin: string,
  phase: 'setup' | 'onReady' | 'onConnected' | 'onClose',
  timeoutMs: number,
  work: () => T | Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      (async () => work())(),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const message = `plugin "${plugin}" had not finished ${phase} after ${timeoutMs} ms`
          reject(coreError('PLUGIN_PHASE_TIMEOUT', { message }))
        }, timeoutMs)
      }),
    ])
  } catch (error) {
    // A clear error of ours already names the call that was wrong; wrapping would only bury it.
    if (isLarkspurError(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw coreError('PLUGIN_PHASE_FAILED', {
      message: `plugin "${plugin}" failed in ${phase}: ${reason}`,
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}
