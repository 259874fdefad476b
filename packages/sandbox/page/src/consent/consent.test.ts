import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { Sandbox } from '../../../src/start-sandbox.ts'
import { describeInBrowser, saveScreenshot } from '../../../src/testing/browser.ts'
import { afterTest, firstApp, openSandbox, request, sendText, tenantToken } from '../../../src/testing/open-sandbox.ts'

/** A server to which people come back; answers its address. */
async function callbackServer(): Promise<string> {
  const server = createServer((_request, response) => response.end('You are back.'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
}

function authorizeUrl(sandbox: Sandbox, redirectUri: string, host = sandbox.url): string {
  const query = { client_id: firstApp(sandbox).appId, response_type: 'code', redirect_uri: redirectUri }
  const scope = 'offline_access contact:user.base:readonly docx:document:readonly'
  return `${host}/open-apis/authen/v1/authorize?${new URLSearchParams({ ...query, scope, state: 's 1' })}`
}

await describeInBrowser('the consent page', (browser) => {
  it('gives back a code when somebody allows, who came by a link of the bot in a chat', async () => {
    const sandbox = await openSandbox()
    const redirectUri = await callbackServer()
    const { chatId } = await sandbox.say({ user: 'tomas', text: 'sign me in' })
    const link = authorizeUrl(sandbox, redirectUri, 'https://accounts.feishu.cn')
    await sendText(sandbox, await tenantToken(sandbox), chatId, `Please agree: ${link}`)
    const page = await browser.open(`${sandbox.url}/?user=tomas&chat=${chatId}`)
    const opened = page.context().waitForEvent('page')
    await page.getByRole('link', { name: /accounts\.feishu\.cn/ }).click()
    const consent = await opened
    await consent.getByRole('heading', { name: 'Larkspur asks for access' }).waitFor()
    await consent.getByText('docx:document:readonly').waitFor()
    // Whoever clicked is asked, and nobody else of another tab.
    await consent.getByText('act in the name of Tomás Silva').waitFor()
    await saveScreenshot(consent, 'consent')
    await consent.getByRole('button', { name: 'Allow' }).click()
    await consent.getByText('You are back.').waitFor()
    const answer = new URL(consent.url()).searchParams
    expect(answer.get('state')).toBe('s 1')
    const { appId: client_id, appSecret: client_secret } = firstApp(sandbox)
    const body = { grant_type: 'authorization_code', client_id, client_secret, code: answer.get('code') }
    const redeemed = await request(sandbox, 'POST', '/open-apis/authen/v2/oauth/token', { body })
    const me = await request(sandbox, 'GET', '/open-apis/authen/v1/user_info', { token: redeemed.body.access_token })
    expect(me.body.data).toMatchObject({ user_id: 'tomas' })
  })

  it('gives back access_denied when somebody denies', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(authorizeUrl(sandbox, await callbackServer()), {
      locale: 'zh-CN',
      colorScheme: 'dark',
    })
    await page.getByRole('heading', { name: 'Larkspur 请求授权' }).waitFor()
    await saveScreenshot(page, 'consent-dark-zh')
    await page.getByRole('button', { name: '拒绝' }).click()
    await page.getByText('You are back.').waitFor()
    expect(new URL(page.url()).search).toBe('?error=access_denied&state=s+1')
  })

  it('says what is wrong with a malformed request, and leads nowhere', async () => {
    const sandbox = await openSandbox()
    const page = await browser.open(authorizeUrl(sandbox, 'javascript:alert(1)'))
    await page.getByRole('alert').getByText('Error code 20029').waitFor()
    await saveScreenshot(page, 'consent-refused')
    expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0)
  })

  it('refuses a person to whom the app is not available', async () => {
    const sandbox = await openSandbox({ apps: [{ availableTo: ['alice'] }] })
    const page = await browser.open(authorizeUrl(sandbox, await callbackServer()))
    await page.getByLabel('Agree as').selectOption({ label: 'Tomás Silva' })
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('alert').getByText('is not available to tomas').waitFor()
  })
})
