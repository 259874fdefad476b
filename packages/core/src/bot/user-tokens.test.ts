import { expect, test } from 'vitest'
import { createBot, definePlugin, type UserTokens } from '../index.ts'
import { type TestGround, testGround } from '../testing/test-bot.ts'

const tokenApi = 'POST /open-apis/authen/v2/oauth/token'
const redirectUri = 'http://127.0.0.1/callback'
const scope = 'offline_access contact:user.base:readonly'
const me = { path: '/open-apis/authen/v1/user_info' } as const

async function botWithGrants(ground: TestGround) {
  const consent = definePlugin({
    name: 'consent',
    setup: ({ credentials }): UserTokens => credentials.userTokens,
  })
  const bot = await createBot({ ...ground.options, apps: [ground.app], plugins: [consent()] }, ground)
  return { bot, users: bot.consent }
}

/** What the consent page sends back when the user agrees. */
async function codeOf(ground: TestGround): Promise<string> {
  const query = new URLSearchParams({
    ...{ client_id: ground.app.appId, response_type: 'code', redirect_uri: redirectUri, scope },
  })
  const { redirectUrl } = await ground.sandbox.authorize({ user: 'alice', url: `https://accounts.example/?${query}` })
  return new URL(redirectUrl).searchParams.get('code') ?? ''
}

/** A grant of alice in the bot's store, as a plugin for consents obtains it. */
async function authorise(ground: TestGround, bot: Awaited<ReturnType<typeof botWithGrants>>['bot'], users: UserTokens) {
  const { appId } = ground.app
  const grant = await users.redeem({ appId, redirectUri, code: await codeOf(ground) })
  const { open_id: openId } = await bot.app().request<{ open_id: string }>({ ...me, token: grant.accessToken })
  await users.put({ appId, openId }, grant)
  return { appId, openId, grant }
}
const refreshes = async ({ sandbox }: TestGround): Promise<number> => (await sandbox.calls({ api: tokenApi })).length

test('calls are made as the user, and a refused token is renewed for one retry', async () => {
  await using ground = await testGround()
  const { bot, users } = await botWithGrants(ground)
  await using _ = bot
  await bot.start()
  const { appId, openId, grant } = await authorise(ground, bot, users)
  const call = () => bot.app().request<{ open_id: string }>({ ...me, asUser: openId })
  expect(await call()).toMatchObject({ open_id: openId, name: 'Alice Martin' })
  expect(await refreshes(ground)).toBe(1)

  const person = { path: '/open-apis/contact/v3/users/:user_id', params: { user_id: openId } }
  await ground.sandbox.voidTokens()
  expect(await bot.app().request({ ...person, asUser: openId })).toMatchObject({ user: { open_id: openId } })
  expect(await refreshes(ground)).toBe(2)
  await ground.sandbox.voidTokens()
  // Soon after: what was just renewed for a refusal stays, so that a call which takes no such token does not renew each time.
  await expect(call()).rejects.toMatchObject({ code: 'API_TOKEN_REFUSED' })
  expect(await refreshes(ground)).toBe(2)
  expect((await users.get({ appId, openId })).scopes).toEqual(scope.split(' '))

  await users.remove({ appId, openId })
  await expect(call()).rejects.toMatchObject({ code: 'CREDENTIAL_USER_NOT_AUTHORISED' })
  const told = ground.logged.join('')
  for (const secret of [grant.accessToken, grant.refreshToken, ground.app.appSecret]) expect(told).not.toContain(secret)
})

test('a grant is there after a restart, and for a script that does not start the bot', async () => {
  await using ground = await testGround()
  let openId = ''
  {
    const { bot, users } = await botWithGrants(ground)
    await using _ = bot
    await bot.start()
    openId = (await authorise(ground, bot, users)).openId
  }
  const { bot } = await botWithGrants(ground)
  await using _ = bot
  expect(await bot.app().request({ ...me, asUser: openId })).toMatchObject({ open_id: openId })
  expect(await refreshes(ground)).toBe(1)
})

test('a code that is used or unknown is refused with what to do', async () => {
  await using ground = await testGround()
  const { bot, users } = await botWithGrants(ground)
  await using _ = bot
  const { appId } = ground.app
  const code = await codeOf(ground)
  await users.redeem({ appId, redirectUri, code })
  for (const bad of [code, 'nothing'])
    await expect(users.redeem({ appId, redirectUri, code: bad })).rejects.toMatchObject({
      ...{ code: 'CREDENTIAL_CODE_REFUSED', category: 'authentication', hint: expect.stringContaining('anew') },
      message: expect.not.stringContaining(code),
    })
  await expect(users.redeem({ appId: 'cli_ffffffffffffffff', redirectUri, code })).rejects.toMatchObject({
    code: 'CREDENTIAL_APP_UNKNOWN',
  })
})

test('a bot that closes in the middle of a refresh stores what it brings', async () => {
  await using ground = await testGround()
  let openId = ''
  {
    const { bot, users } = await botWithGrants(ground)
    await using _ = bot
    await bot.start()
    openId = (await authorise(ground, bot, users)).openId
    await ground.sandbox.voidTokens()
    await ground.sandbox.addFault({ api: tokenApi, delayMs: 300 })
    const call = bot.app().request({ ...me, asUser: openId })
    const settled = call.catch(() => {})
    await expect.poll(() => ground.sandbox.calls({ api: tokenApi }).then(({ length }) => length)).toBe(2)
    await bot.close()
    await settled
  }
  await ground.sandbox.clearFaults()
  const { bot } = await botWithGrants(ground)
  await using _ = bot
  expect(await bot.app().request({ ...me, asUser: openId })).toMatchObject({ open_id: openId })
  expect(await refreshes(ground)).toBe(2)
})
