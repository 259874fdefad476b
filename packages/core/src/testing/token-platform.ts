import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GrantPlatform } from './grant-platform.ts'

/** The platform's endpoints of tokens, for processes: tenant tokens t-1, t-2 …, grants with single-use refresh tokens. */
export async function startTokenPlatform() {
  const grants = new GrantPlatform()
  const state = {
    grants,
    /** Calls for a tenant token. */
    tenantCalls: 0,
    /** Called with each question, before it is answered and after its effect. */
    asked: (): void => {},
    /** Waited for before the next answer. */
    holding: undefined as Promise<void> | undefined,
  }
  const server = createServer(async (request, response) => {
    const body: Buffer[] = []
    for await (const part of request) body.push(part as Buffer)
    const { holding } = state
    state.holding = undefined
    let answer: { readonly status: number; readonly json: unknown }
    if (request.url?.includes('/oauth/token'))
      answer = await grants.post('', JSON.parse(Buffer.concat(body).toString()) as Record<string, unknown>)
    else {
      state.tenantCalls += 1
      answer = { status: 200, json: { code: 0, tenant_access_token: `t-${state.tenantCalls}`, expire: 7200 } }
    }
    state.asked()
    await holding
    response.writeHead(answer.status).end(JSON.stringify(answer.json))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return Object.assign(state, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
