import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SandboxControl } from '@larkspur/sandbox'
import type { ClientSettings, ClientVerbs } from './clients/verbs.ts'

/** A client under test, in a process of its own. */
export interface Client extends AsyncDisposable {
  readonly appId: string
  call<Verb extends keyof ClientVerbs>(
    verb: Verb,
    ...argument: Parameters<ClientVerbs[Verb]>
  ): Promise<Awaited<ReturnType<ClientVerbs[Verb]>>>
}

/** The program of a client: the framework, or the SDK alone. */
export type ClientKind = 'larkspur' | 'sdk'

/** Starts a client on the sandbox's app of that number; linked when it resolves. */
export async function startClient(
  kind: ClientKind,
  sandbox: SandboxControl,
  appNumber: number,
  settings: Omit<ClientSettings, 'url' | 'appId' | 'appSecret' | 'receiver'>,
): Promise<Client> {
  const app = sandbox.apps[appNumber]
  const user = sandbox.users[0]
  if (!app || !user) throw new Error(`The sandbox has no app ${appNumber}, or no user.`)
  const { appId, appSecret } = app
  const program = fileURLToPath(import.meta.resolve(`./clients/${kind}.ts`))
  const child = fork(program, { execArgv: ['--expose-gc', ...process.execArgv] })
  const call = caller(child, kind)
  try {
    await call('start', { ...settings, url: sandbox.url, appId, appSecret, receiver: user.openIds[appId] ?? '' })
    if (settings.linked) await sandbox.waitForLinks({ appId, count: 1 })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    appId,
    call,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      // Nothing is measured any more, and a handler of 5 s would be waited for.
      child.kill('SIGKILL')
      await ended
      if (settings.linked) await sandbox.waitForLinks({ appId, count: 0 })
    },
  }
}

function caller(child: ChildProcess, kind: string): Client['call'] {
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(result as never)
    else asked?.reject(new Error(`${kind}: ${error}`))
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${kind} ended with ${signal ?? `code ${code}`}.`))
  })
  return (verb, ...argument) =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ id: last, verb, argument: argument[0] })
    })
}
