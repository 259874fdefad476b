import { type ApiCall, type ApiHandler, callingActor, callingApp, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { may } from './permissions.ts'

/** drive v1 subscriptions to events of documents (docs: drive-v1 event subscribe, get_subscribe, delete_subscribe). */
export const subscriptionHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/drive/v1/files/:file_token/subscribe': (platform, call) => {
    const { appId } = callingApp(call)
    platform.subscriptions.add(documentToken(platform, call), appId, callingActor(call))
    return { fields: { ...call.params } }
  },
  'GET /open-apis/drive/v1/files/:file_token/get_subscribe': (platform, call) => {
    const token = documentToken(platform, call)
    return { data: { is_subscribe: platform.subscriptions.of(token).has(callingApp(call).appId) } }
  },
  'DELETE /open-apis/drive/v1/files/:file_token/delete_subscribe': (platform, call) => {
    const removed = platform.subscriptions.remove(documentToken(platform, call), callingApp(call).appId)
    if (!removed) throw new PlatformError(1069605)
    return { fields: { ...call.params } }
  },
}

/**
 * Only owners and managers may listen to a document.
 *
 * @throws PlatformError 1069604 for a document that is not there, or of another type; 1069603
 */
function documentToken(platform: Platform, call: ApiCall): string {
  const token = call.params.file_token ?? ''
  const file = platform.drive.find(token)
  if (!file || file.deletedAtMs !== undefined || file.type !== queryText(call, 'file_type')) {
    throw new PlatformError(1069604, token)
  }
  if (!may(platform, callingActor(call), file, 'full_access')) throw new PlatformError(1069603)
  // A folder tells of what comes into it, and of nothing else.
  if (file.type === 'folder' && queryText(call, 'event_type') === undefined) {
    throw new PlatformError(1069602, 'folders need an event_type')
  }
  return token
}
