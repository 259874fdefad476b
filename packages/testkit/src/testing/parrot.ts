import { definePlugin } from '@larkspur/core'

/** A plugin that repeats what it hears; `quiet` messages get no answer, `twice` two, `fail` an error. */
export const parrot = definePlugin({
  name: 'parrot',
  setup({ on, app }) {
    on('im.message.receive_v1', async ({ body }) => {
      const { content, chat_id } = body.message
      const { text } = JSON.parse(content) as { text: string }
      const say = (words: string) =>
        app().request({
          method: 'POST',
          path: '/open-apis/im/v1/messages',
          query: { receive_id_type: 'chat_id' },
          body: { receive_id: chat_id, msg_type: 'text', content: JSON.stringify({ text: words }) },
        })
      if (text.includes('quiet')) return
      if (text.includes('fail')) throw new TypeError('no such seed')
      await say(text)
      if (text.includes('twice')) await say('and again')
    })
  },
})
