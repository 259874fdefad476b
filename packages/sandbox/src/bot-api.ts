import { type ApiHandler, callingApp } from './api-call.ts'

/** bot v3 (docs: bot-v3 info): fields stand at the top level. */
export const botHandlers: Readonly<Record<string, ApiHandler>> = {
  'GET /open-apis/bot/v3/info': (_platform, call) => {
    const app = callingApp(call)
    return {
      topLevel: {
        msg: 'ok',
        bot: { activate_status: 2, app_name: app.name, avatar_url: '', ip_white_list: [], open_id: app.botOpenId },
      },
    }
  },
}
