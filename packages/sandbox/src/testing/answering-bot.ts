import { EventDispatcher, WSClient } from '@larksuiteoapi/node-sdk'
import type { Sandbox } from '../start-sandbox.ts'
import { afterTest, apiClient, firstApp, silent } from './open-sandbox.ts'

interface Received {
  message: { message_id: string; content: string }
}

/** A bot of the official SDK that answers each text it hears, until the test ends. */
export async function startAnsweringBot(sandbox: Sandbox, answer: (text: string) => string): Promise<void> {
  const { appId, appSecret } = firstApp(sandbox)
  const client = new WSClient({ appId, appSecret, domain: sandbox.url, logger: silent })
  afterTest(() => client.close({ force: true }))
  const api = apiClient(sandbox)
  await client.start({
    eventDispatcher: new EventDispatcher({ logger: silent }).register({
      'im.message.receive_v1': async ({ message }: Received) => {
        const text = answer(JSON.parse(message.content).text)
        const data = { msg_type: 'text', content: JSON.stringify({ text }) }
        await api.im.v1.message.reply({ path: { message_id: message.message_id }, data })
      },
    }),
  })
  await sandbox.waitForLinks()
}
