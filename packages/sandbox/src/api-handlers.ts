import { ailyHandlers } from './aily/aily-api.ts'
import { workspaceRecordHandlers } from './apaas/record-api.ts'
import { workspaceHandlers } from './apaas/workspace-api.ts'
import type { ApiHandler } from './api-call.ts'
import { administratorHandlers } from './application/administrator-api.ts'
import { applicationHandlers } from './application/application-api.ts'
import { configHandlers } from './application/config-api.ts'
import { slashCommandHandlers } from './application/slash-command-api.ts'
import { visibilityHandlers } from './application/visibility-api.ts'
import { tokenHandlers } from './auth/token-api.ts'
import { baseHandlers } from './bitable/base-api.ts'
import { fieldHandlers } from './bitable/field-api.ts'
import { recordHandlers } from './bitable/record-api.ts'
import { recordSearchHandlers } from './bitable/record-search-api.ts'
import { tableHandlers } from './bitable/table-api.ts'
import { viewHandlers } from './bitable/view-api.ts'
import { botHandlers } from './bot-api.ts'
import { cardHandlers } from './cardkit/card-api.ts'
import { cardElementHandlers } from './cardkit/element-api.ts'
import { departmentHandlers } from './contact/department-api.ts'
import { userHandlers } from './contact/user-api.ts'
import { blockHandlers } from './docx/block-api.ts'
import { documentHandlers } from './docx/document-api.ts'
import { commentHandlers } from './drive/comment-api.ts'
import { exportHandlers } from './drive/export-api.ts'
import { fileHandlers } from './drive/file-api.ts'
import { importHandlers } from './drive/import-api.ts'
import { permissionHandlers } from './drive/permission-api.ts'
import { subscriptionHandlers } from './drive/subscription-api.ts'
import { uploadHandlers } from './drive/upload-api.ts'
import { attentionHandlers } from './im/attention-api.ts'
import { batchHandlers } from './im/batch-api.ts'
import { chatHandlers } from './im/chat-api.ts'
import { chatChangeHandlers } from './im/chat-change-api.ts'
import { delayedUpdateHandlers } from './im/delayed-update-api.ts'
import { editHandlers } from './im/edit-api.ts'
import { forwardHandlers } from './im/forward-api.ts'
import { messageHandlers } from './im/message-api.ts'
import { pinHandlers } from './im/pin-api.ts'
import { reactionHandlers } from './im/reaction-api.ts'
import { resourceHandlers } from './im/resource-api.ts'
import { oauthHandlers } from './oauth/oauth-api.ts'
import { olderOauthHandlers } from './oauth/older-api.ts'
import { documentSearchHandlers } from './search/document-search-api.ts'
import { suiteSearchHandlers } from './search/suite-search-api.ts'
import { dimensionHandlers } from './sheets/dimension-api.ts'
import { filterHandlers } from './sheets/filter-api.ts'
import { findHandlers } from './sheets/find-api.ts'
import { lookHandlers } from './sheets/look-api.ts'
import { sheetHandlers } from './sheets/sheet-api.ts'
import { spreadsheetHandlers } from './sheets/spreadsheet-api.ts'
import { valuesHandlers } from './sheets/values-api.ts'
import { nodeHandlers } from './wiki/node-api.ts'
import { spaceHandlers } from './wiki/space-api.ts'

/** The handlers of all modelled APIs, by "METHOD path". */
export const apiHandlers: Readonly<Record<string, ApiHandler>> = {
  ...tokenHandlers,
  ...oauthHandlers,
  ...olderOauthHandlers,
  ...applicationHandlers,
  ...administratorHandlers,
  ...configHandlers,
  ...slashCommandHandlers,
  ...visibilityHandlers,
  ...botHandlers,
  ...messageHandlers,
  ...editHandlers,
  ...delayedUpdateHandlers,
  ...reactionHandlers,
  ...pinHandlers,
  ...forwardHandlers,
  ...attentionHandlers,
  ...batchHandlers,
  ...resourceHandlers,
  ...chatHandlers,
  ...chatChangeHandlers,
  ...userHandlers,
  ...departmentHandlers,
  ...baseHandlers,
  ...tableHandlers,
  ...fieldHandlers,
  ...viewHandlers,
  ...recordHandlers,
  ...recordSearchHandlers,
  ...spreadsheetHandlers,
  ...sheetHandlers,
  ...valuesHandlers,
  ...dimensionHandlers,
  ...lookHandlers,
  ...findHandlers,
  ...filterHandlers,
  ...workspaceHandlers,
  ...workspaceRecordHandlers,
  ...ailyHandlers,
  ...subscriptionHandlers,
  ...fileHandlers,
  ...uploadHandlers,
  ...permissionHandlers,
  ...exportHandlers,
  ...commentHandlers,
  ...importHandlers,
  ...spaceHandlers,
  ...nodeHandlers,
  ...documentSearchHandlers,
  ...suiteSearchHandlers,
  ...documentHandlers,
  ...blockHandlers,
  ...cardHandlers,
  ...cardElementHandlers,
}
