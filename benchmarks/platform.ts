import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connectSandbox, type SandboxControl } from '@larkspur/sandbox'

/** A sandbox in a process of its own, which ends with this one. */
export interface Platform extends Disposable {
  readonly sandbox: SandboxControl
}

const program = fileURLToPath(import.meta.resolve('../packages/sandbox/src/main.ts'))

/** Starts the platform that both sides talk to. */
export async function startPlatform(apps: number): Promise<Platform> {
  const child = spawn(
    process.execPath,
    [program, '--port', '0', '--json', '--exit-with-parent', '--apps', String(apps)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const { url } = JSON.parse(await firstLine(child)) as { url: string }
  return { sandbox: await connectSandbox(url), [Symbol.dispose]: () => void child.kill() }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The sandbox ended with code ${code} before it was ready.`)))
    if (child.stdout) createInterface(child.stdout).once('line', resolve)
  })
}
