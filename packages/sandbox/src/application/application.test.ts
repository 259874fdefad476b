import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../start-sandbox.ts'
import {
  type Answer,
  firstApp,
  openIdOf,
  openSandbox,
  request,
  tenantToken,
  userToken,
  WireClient,
} from '../testing/open-sandbox.ts'
import { requestUrlOf } from '../testing/request-url.ts'

const root = '/open-apis/application'

/** A sandbox and its first app's calls. */
async function openConsole(): Promise<{
  sandbox: Sandbox
  appId: string
  call: (method: string, path: string, body?: unknown) => Promise<Answer>
}> {
  const sandbox = await openSandbox()
  const token = await tenantToken(sandbox)
  const call = (method: string, path: string, body?: unknown) => request(sandbox, method, path, { token, body })
  return { sandbox, appId: firstApp(sandbox).appId, call }
}

/** A bot without SDK behind a URL: answers challenges, and keeps the types of what else arrives. */
async function webhookBot(): Promise<{ url: string; types: string[] }> {
  const types: string[] = []
  const url = await requestUrlOf((incoming, response) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString())
      if (body.type !== 'url_verification') types.push(body.header.event_type)
      response.end(JSON.stringify(body.type === 'url_verification' ? { challenge: body.challenge } : {}))
    })
  })
  return { url, types }
}

const note = { remark: 'why', changelog: 'what' }

describe('one subscription for events and one for callbacks', () => {
  it('lets events go one way and callbacks another', async () => {
    const { sandbox, appId } = await openConsole()
    const { url, types } = await webhookBot()
    const client = await WireClient.connect(sandbox)
    const changed = await sandbox.setDelivery({ appId, delivery: 'webhook', requestUrl: url, only: 'callbacks' })
    expect(changed).toMatchObject({ delivery: 'websocket', callbackDelivery: 'webhook' })
    await sandbox.say({ user: 'alice', text: 'hi' })
    await client.until(() => client.data.length === 1)
    expect(await sandbox.pushCallback({ appId, eventType: 'card.action.trigger', event: {} })).toMatchObject({
      outcome: 'answered',
    })
    expect(types).toEqual(['card.action.trigger'])
    const odd = { appId, delivery: 'websocket', only: 'cards' } as never
    await expect(sandbox.setDelivery(odd)).rejects.toThrow('only is "events" or "callbacks", received "cards"')
  })

  it('is changed by a config call and the version that follows', async () => {
    const { sandbox, appId, call } = await openConsole()
    const { url, types } = await webhookBot()
    const config = `${root}/v7/applications/${appId}/config`
    const event = { subscription_type: 'webhook', request_url: url }
    expect((await call('PATCH', config, { event })).body.code).toBe(0)
    expect(firstApp(sandbox).delivery).toBe('websocket')
    const published = await call('POST', `${root}/v7/applications/me/publish`, note)
    expect(published.body.data).toMatchObject({ version: '1.0.1', version_id: expect.stringMatching(/^oav_/) })
    expect(firstApp(sandbox)).toMatchObject({ delivery: 'webhook', callbackDelivery: 'websocket' })
    await sandbox.say({ user: 'alice', text: 'hi' })
    await expect.poll(() => types).toContain('im.message.receive_v1')
    await call('PATCH', config, { event: { subscription_type: 'websocket' } })
    await call('POST', `${root}/v7/applications/${appId}/publish`, { ...note, version: '2.0.0' })
    expect(firstApp(sandbox).delivery).toBe('websocket')
  })

  it('leaves out what the app took off its lists', async () => {
    const { sandbox, appId, call } = await openConsole()
    await WireClient.connect(sandbox)
    const publish = async (config: unknown) => {
      await call('PATCH', `${root}/v7/applications/${appId}/config`, config)
      await call('POST', `${root}/v7/applications/${appId}/publish`, note)
    }
    const event = { subscription_type: 'websocket' }
    const callback = { callback_type: 'websocket', remove_callbacks: ['card.action.trigger'] }
    await publish({ event: { ...event, remove_events: ['application.bot.menu_v6'] }, callback })
    await sandbox.openMenu({ user: 'alice', appId, eventKey: 'help' })
    const menus = async () => {
      return (await sandbox.deliveries()).filter(({ eventType }) => eventType === 'application.bot.menu_v6').length
    }
    expect(await menus()).toBe(0)
    expect(await sandbox.pushCallback({ appId, eventType: 'card.action.trigger', event: {} })).toMatchObject({
      outcome: 'not-connected',
      code: 200340,
    })
    await publish({ event: { ...event, add_events: ['application.bot.menu_v6'] } })
    await sandbox.openMenu({ user: 'alice', appId, eventKey: 'help' })
    expect(await menus()).toBe(1)
  })

  it.each([
    [
      'a request URL that fails its challenge',
      'me',
      { event: { subscription_type: 'webhook', request_url: 'http://127.0.0.1:1' } },
      400,
      210042,
    ],
    ['no request URL', 'me', { event: { subscription_type: 'webhook' } }, 400, 210031],
    ['an unknown type', 'me', { event: { subscription_type: 'pigeon' } }, 400, 210031],
    ['an unknown app', 'cli_0123456789abcdef', {}, 404, 210032],
    ['nobody left to use it', 'me', { visibility: { is_visible_to_all: false, visible_list: {} } }, 400, 210031],
  ])('refuses %s', async (_name, app, body, status, code) => {
    const { call } = await openConsole()
    const refused = await call('PATCH', `${root}/v7/applications/${app}/config`, body)
    expect({ status: refused.status, code: refused.body.code }).toEqual({ status, code })
  })

  it('lets an app change itself alone, and people who own or administer it', async () => {
    const { sandbox, appId, call } = await openConsole()
    const other = await sandbox.addApp()
    const path = (id: string) => `${root}/v7/applications/${id}/config`
    expect(await call('PATCH', path(other.appId), {})).toMatchObject({ status: 403, body: { code: 210036 } })
    const as = async (user: string) => {
      const token = await userToken(sandbox, user)
      return (await request(sandbox, 'PATCH', path(appId), { token, body: {} })).body.code
    }
    expect([await as('alice'), await as('zhangwei'), await as('linmei')]).toEqual([210037, 0, 0])
  })

  it('takes higher versions alone', async () => {
    const { call } = await openConsole()
    for (const version of ['1.0.0', '0.9.9', '1.1', 'new']) {
      const refused = await call('POST', `${root}/v7/applications/me/publish`, { ...note, version })
      expect([version, refused.body.code]).toEqual([version, 210303])
    }
    expect((await call('POST', `${root}/v7/applications/me/publish`, { remark: 'why' })).body.code).toBe(210304)
    expect((await call('POST', `${root}/v7/applications/me/publish`, { ...note, version: '1.10.0' })).body.code).toBe(0)
  })
})

describe('what the platform tells of apps', () => {
  it('is who made it, what it may and which versions there are', async () => {
    const { sandbox, appId, call } = await openConsole()
    const { body } = await call('GET', `${root}/v6/applications/me?lang=zh_cn`)
    expect(body.data.app).toMatchObject({
      app_id: appId,
      app_name: 'Larkspur',
      owner: { type: 2, owner_id: openIdOf(sandbox, 'zhangwei'), name: '张伟' },
      status: 1,
    })
    await call('POST', `${root}/v7/applications/me/publish`, note)
    const versions = await call('GET', `${root}/v6/applications/${appId}/app_versions?lang=zh_cn&page_size=1`)
    expect(versions.body.data).toMatchObject({ has_more: true, items: [{ version: '1.0.1', status: 1 }] })
    const id = versions.body.data.items[0].version_id
    const one = await call('GET', `${root}/v6/applications/${appId}/app_versions/${id}?lang=zh_cn`)
    expect(one.body.data.app_version).toMatchObject({
      version_id: id,
      remark: { remark: 'why', update_remark: 'what' },
    })
    expect((await call('GET', `${root}/v6/applications?lang=zh_cn`)).body.data.app_list).toHaveLength(1)
  })

  it.each([
    ['v6/applications/nonsense?lang=zh_cn', 210503],
    ['v6/applications/cli_0123456789abcdef?lang=zh_cn', 210504],
    ['v6/applications/me/app_versions/oav_1?lang=zh_cn', 211003],
    ['v6/applications/me', 99992402],
    ['v3/is_user_admin', 9499],
  ])('is refused: %s', async (path, code) => {
    const { call } = await openConsole()
    const refused = await call('GET', `${root}/${path}`)
    expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 400, code })
  })

  it('counts scopes as granted with the version that carries them, and takes one application for them', async () => {
    const { call } = await openConsole()
    const scope_name = 'calendar:calendar'
    const granted = async () => {
      const { body } = await call('GET', `${root}/v6/scopes`)
      return body.data.scopes.find((scope: { scope_name: string }) => scope.scope_name === scope_name)?.grant_status
    }
    const apply = async () => (await call('POST', `${root}/v6/scopes/apply`, {})).body.code
    expect([await granted(), await apply()]).toEqual([undefined, 212002])
    const scope = { add_scopes: [{ scope_name, token_type: 'tenant' }] }
    await call('PATCH', `${root}/v7/applications/me/config`, { scope })
    expect([await granted(), await apply(), await apply()]).toEqual([2, 0, 212004])
    await call('POST', `${root}/v7/applications/me/publish`, note)
    expect(await granted()).toBe(1)
    await call('PATCH', `${root}/v7/applications/me/config`, { scope: { remove_scopes: scope.add_scopes } })
    await call('POST', `${root}/v7/applications/me/publish`, note)
    expect(await granted()).toBeUndefined()
  })

  it('is to whom an app is available, and what is available to whom', async () => {
    const { sandbox, appId, call } = await openConsole()
    const visible = async (user: string) => {
      const { body } = await call('GET', `${root}/v1/user/visible_apps?user_id=${user}`)
      return body.data.total_count
    }
    expect([await visible('alice'), await visible('tomas')]).toEqual([1, 1])
    const visible_list = { user_ids: ['alice'], department_ids: ['rd'] }
    const visibility = { is_visible_to_all: false, visible_list }
    await call('PATCH', `${root}/v7/applications/me/config?user_id_type=user_id`, { visibility })
    await call('POST', `${root}/v7/applications/me/publish`, note)
    expect([await visible('alice'), await visible('zhangwei'), await visible('tomas')]).toEqual([1, 1, 0])
    const { body } = await call('GET', `${root}/v2/app/visibility?app_id=${appId}`)
    expect(body.data).toMatchObject({ is_visible_to_all: 0 })
    expect(body.data.users).toContainEqual({ user_id: 'alice', open_id: openIdOf(sandbox, 'alice') })
  })

  it('is changed by lists of people, which must not contradict each other', async () => {
    const { sandbox, call } = await openConsole()
    const path = `${root}/v6/applications/me/visibility`
    const patch = async (body: unknown) => (await call('PATCH', `${path}?user_id_type=user_id`, body)).body.code
    const users = async () => {
      const { body } = await call('GET', `${root}/v6/applications/me/contacts_range_configuration?user_id_type=user_id`)
      return body.data.contacts_range.visible_list.open_ids
    }
    const list = (...user_ids: string[]) => ({ user_ids })
    expect(await patch({ is_visible_to_all: false, add_visible_list: list('alice', 'tomas') })).toBe(0)
    expect(await users()).toEqual(['alice', 'tomas'])
    expect(await patch({ del_visible_list: list('tomas'), add_visible_list: { department_ids: ['people'] } })).toBe(0)
    expect(await users()).toEqual(['alice', 'zhouqiang', 'wuxia'])
    const check = await call('POST', `${path}/check_white_black_list`, { user_ids: [openIdOf(sandbox, 'alice')] })
    expect(check.body.data.user_visibility_list).toMatchObject([{ in_white_list: true, in_black_list: false }])
    expect(await patch({ is_visible_to_all: true })).toBe(0)
    expect(await users()).toEqual([])
    expect(await patch({ add_invisible_list: list('alice') })).toBe(0)
    expect(await users()).not.toContain('alice')
    expect([
      await patch({}),
      await patch({ add_visible_list: list('alice'), del_visible_list: list('alice') }),
    ]).toEqual([210003, 210003])
  })

  it('is who administers the company', async () => {
    const { sandbox, call } = await openConsole()
    const isAdmin = async (user: string) => {
      const { body } = await call('GET', `${root}/v3/is_user_admin?open_id=${openIdOf(sandbox, user)}`)
      return body.data.is_app_admin
    }
    expect([await isAdmin('linmei'), await isAdmin('alice')]).toEqual([true, false])
    const { body } = await call('GET', '/open-apis/user/v4/app_admin_user/list')
    expect(body.data.user_list.map((user: { user_id: string }) => user.user_id)).toEqual(['linmei', 'zhouqiang'])
    const scope = await call('GET', '/open-apis/contact/v1/user/admin_scope/get?employee_id=linmei')
    expect(scope.body.data).toEqual({ is_all: true })
  })
})

describe('slash commands', () => {
  const path = `${root}/v7/app_slash_commands`

  it('are made, listed, changed and deleted', async () => {
    const { call } = await openConsole()
    const description = { default_value: 'Say hello', i18n: { zh_cn: '打招呼' } }
    const made = await call('POST', path, { command: 'hello', description })
    const id = made.body.data.command_id
    expect(made.body.data).toEqual({ command_id: id, command: 'hello', description, icon_key: 'skill_outlined' })
    await call('PATCH', `${path}/${id}`, { description: { default_value: 'Greet' } })
    const { body } = await call('GET', path)
    expect(body.data.items).toMatchObject([
      { command: 'hello', description: { default_value: 'Greet', i18n: { zh_cn: '打招呼' } } },
    ])
    await call('DELETE', `${path}/${id}`)
    expect((await call('GET', path)).body.data.items).toEqual([])
  })

  it('are refused twice, with a slash, and over a hundred', async () => {
    const { call } = await openConsole()
    const make = async (command: string) => {
      return (await call('POST', path, { command, description: { default_value: 'x' } })).body.code
    }
    for (let count = 0; count < 100; count += 1) await make(`c${count}`)
    expect([await make('c1'), await make('/c'), await make('c100')]).toEqual([40000031, 40000031, 40000031])
    expect((await call('DELETE', `${path}/1`)).body.code).toBe(40000031)
    expect((await call('POST', path, { command: 'x' })).body.code).toBe(99992402)
  })
})
