import { describe, expectTypeOf, test } from 'vitest'
import { type AppDetails, type AppInfo, createBot, definePlugin } from '../index.ts'
import { client } from '../raw-client.ts'

const post = definePlugin({
  name: 'post',
  setup: () => ({ send: async (chatId: string, text: string) => ({ messageId: `${chatId} ${text}` }) }),
})
const silent = definePlugin({ name: 'silent', setup() {} })

describe('an app of a bot', () => {
  test('carries the APIs of the plugins in the list, request() and the way to the raw client', async () => {
    const bot = await createBot({ plugins: [post(), silent()] })
    const app = bot.app('cli_b')
    expectTypeOf(app.post).toEqualTypeOf(bot.post)
    expectTypeOf(app.post.send('oc_1', 'hello')).resolves.toEqualTypeOf<{ messageId: string }>()
    expectTypeOf(app.appId).toEqualTypeOf<string>()
    expectTypeOf(app.request<{ n: number }>({ path: '/open-apis/x' })).resolves.toEqualTypeOf<{ n: number }>()
    expectTypeOf(client(app).im.v1.chat.list).toBeFunction()
    // @ts-expect-error a plugin that is not in the list
    app.messaging
    // @ts-expect-error a plugin without an API adds no name
    app.silent
    // @ts-expect-error the arguments of the plugin's own function
    app.post.send('oc_1')
  })
})

describe('bot.apps', () => {
  test('answers without secrets', async () => {
    const { apps } = await createBot({})
    expectTypeOf(apps.list()).toEqualTypeOf<readonly AppInfo[]>()
    expectTypeOf(apps.add({ appId: 'cli_a', appSecret: 'x', description: 'y' })).resolves.toEqualTypeOf<AppInfo>()
    expectTypeOf(apps.show('cli_a')).resolves.toEqualTypeOf<AppDetails>()
    expectTypeOf<AppDetails>().not.toHaveProperty('appSecret')
    expectTypeOf<AppInfo['source']>().toEqualTypeOf<'config' | 'database'>()
  })

  test('changes no app id and no platform', async () => {
    const { apps } = await createBot({})
    apps.update('cli_a', { name: 'Sales', appSecret: 'x' })
    // @ts-expect-error the platform never changes
    apps.update('cli_a', { domain: 'lark' })
    // @ts-expect-error a function cannot be stored
    apps.add({ appId: 'cli_a', appSecret: 'x', retry: false })
  })
})
