import { expect, it } from 'vitest'
import type { ApiContract } from './api-contract.ts'
import { loadContracts } from './api-contract.ts'
import type { Sandbox } from './start-sandbox.ts'
import { firstApp, openSandbox, request, tenantToken, userToken } from './testing/open-sandbox.ts'

/** What says that the token was refused, and not the call. */
const tokenCodes = [99991661, 99991663, 99991668, 99991671, 99991677, 20005, 20013, 20014]

/** The code that the API's contract gives a token of this kind; nothing when the token is good for it. */
function expected({ tokens, errors }: ApiContract, kind: string): number | undefined {
  if (tokens.length === 0 || tokens.some((accepted) => accepted === kind)) return undefined
  if (kind === 'none') return 99991661
  if (kind === 'malformed') return 99991671
  if (errors?.[20005] !== undefined) return 20005
  if (errors?.[20014] !== undefined) return kind === 'unknown tenant' ? 20013 : 20014
  return kind === 'unknown user' && tokens.includes('user') ? 99991668 : 99991663
}

async function tokensOf(sandbox: Sandbox): Promise<Record<string, string | undefined>> {
  const { appId, appSecret } = firstApp(sandbox)
  const body = { app_id: appId, app_secret: appSecret }
  const app = await request(sandbox, 'POST', '/open-apis/auth/v3/app_access_token/internal', { body })
  return {
    none: undefined,
    malformed: 'x-1',
    'unknown tenant': 't-1',
    'unknown app': 'a-1',
    'unknown user': 'u-1',
    tenant: await tenantToken(sandbox),
    app: app.body.app_access_token,
    user: await userToken(sandbox, 'alice'),
  }
}

it('holds at every modelled API: each kind of token is taken or refused as the contract says', {
  timeout: 60_000,
}, async () => {
  const sandbox = await openSandbox()
  const tokens = await tokensOf(sandbox)
  const wrong: unknown[] = []
  for (const contract of loadContracts()) {
    const path = contract.path.replaceAll(/:\w+/g, 'x')
    const asking = Object.entries(tokens).map(async ([kind, token]) => {
      const options = { ...(token !== undefined && { token }), ...(contract.method !== 'GET' && { body: '{}' }) }
      const { body } = await request(sandbox, contract.method, path, options)
      const refused = tokenCodes.includes(body?.code) ? body.code : undefined
      const code = expected(contract, kind)
      if (refused !== code) wrong.push([contract.method, contract.path, kind, refused, code])
    })
    await Promise.all(asking)
  }
  expect(wrong).toEqual([])
})
