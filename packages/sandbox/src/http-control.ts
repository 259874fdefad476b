import { controlVerbs, type SandboxApp, type SandboxControl, type SandboxUser } from './control.ts'

interface Identity {
  url: string
  apps: SandboxApp[]
  users: SandboxUser[]
}

/** Verbs after which apps or people are others. */
const identityVerbs = ['addApp', 'setDelivery', 'createUser', 'updateUser', 'deleteUser']

/**
 * Drives a sandbox in another process by its URL.
 *
 * @throws Error when nothing answers there, or something that is no sandbox
 */
export async function connectSandbox(url: string): Promise<SandboxControl> {
  const base = url.replace(/\/+$/, '')
  let identity = await identify(base)
  const verbs = Object.fromEntries(
    controlVerbs.map((verb) => [
      verb,
      async (argument: unknown = {}) => {
        const result = await call(base, verb, argument)
        if (identityVerbs.includes(verb)) identity = await identify(base)
        return result
      },
    ]),
  )
  return Object.defineProperties(verbs, {
    url: { value: base, enumerable: true },
    apps: { get: () => identity.apps, enumerable: true },
    users: { get: () => identity.users, enumerable: true },
  }) as unknown as SandboxControl
}

async function identify(base: string): Promise<Identity> {
  const response = await request(`${base}/sandbox`, { method: 'GET' })
  const identity = (await response.json().catch(() => undefined)) as Partial<Identity> | undefined
  if (response.ok && identity?.apps && identity.users) return identity as Identity
  throw new Error(`${base} is no Larkspur sandbox: GET /sandbox answered HTTP ${response.status}.`)
}

async function call(base: string, verb: string, argument: unknown): Promise<unknown> {
  const response = await request(`${base}/sandbox/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(argument),
  })
  const answer = (await response.json()) as { result?: unknown; error?: string }
  if (response.ok) return answer.result ?? undefined
  throw new Error(answer.error ?? `The sandbox answered HTTP ${response.status} to ${verb}.`)
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw new Error(`No sandbox answers at ${url}; start one with larkspur-sandbox.`, { cause: error })
  }
}
