import { wordsNow } from '../words/locale.ts'
import { showToast } from './toast.tsx'

/** Waits for what was asked of the sandbox and shows why it failed; answers whether it was done. */
export async function attempt(action: Promise<unknown>): Promise<boolean> {
  try {
    await action
    return true
  } catch (error) {
    showToast('error', wordsNow()('failed', { reason: error instanceof Error ? error.message : String(error) }))
    return false
  }
}
