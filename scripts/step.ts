// Runs the steps of a command and says how each went.
import { spawn } from 'node:child_process'
import { root } from './borders/source-tree.ts'

/** One program of a larger command. */
export interface Step {
  /** What a person calls it, for example `types`. */
  readonly name: string
  /** A file for this Node, from the root, and its arguments. */
  readonly run: readonly [file: string, ...arguments_: string[]]
}

/** Runs the steps side by side, prints a line for each as it ends and everything that a failing one printed. True: all passed. */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  const passed = await Promise.all(steps.map(runStep))
  return passed.every(Boolean)
}

async function runStep({ name, run: [file, ...arguments_] }: Step): Promise<boolean> {
  const started = performance.now()
  const child = spawn(process.execPath, [file, ...arguments_], {
    cwd: root,
    env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = Promise.withResolvers<string | undefined>()
  child.once('error', (error) => ended.resolve(error.message))
  child.once('close', (code, signal) =>
    ended.resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`),
  )
  const failure = await ended.promise
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${failure ? 'FAILED' : 'ok    '}  ${name.padEnd(18)} ${seconds.padStart(6)} s\n`)
  if (failure) process.stdout.write(`${output.trimEnd()}\n${file} ${failure}\n\n`)
  return failure === undefined
}
