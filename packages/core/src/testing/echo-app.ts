import { definePlugin } from '../plugin/define-plugin.ts'

const reply = { method: 'POST', path: '/open-apis/im/v1/messages/:message_id/reply', effect: 'keyed' } as const
/** A call without an effect. */
export const info = { method: 'GET', path: '/open-apis/bot/v3/info', answer: 'envelope' } as const

/** Answers every message with the id of the app that it came to. */
export const echo = definePlugin({
  name: 'echo',
  setup({ on, app }) {
    on('im.message.receive_v1', async ({ body: { message } }) => {
      const params = { message_id: message.message_id }
      const body = { msg_type: 'text', content: JSON.stringify({ text: app().appId }) }
      await app().request({ ...reply, params, body, receiver: message.message_id })
    })
  },
})
