import { setTimeout as delay } from 'node:timers/promises'
import type { Bot, Plugin } from '@larkspur/core'
import { botOf, type Subject } from './subject.ts'

/** What core counts in a bot, also in a closed one. */
interface Inspection {
  registrations(): number
  listeners(): number
  metrics(): number
}

const inspectKey = Symbol.for('@larkspur/core/inspect')
/** How long sockets and the like may take to be gone, milliseconds. */
const goneMs = 1000
const lookMs = 20

/** After close nothing of the plugin is left: no registration, listener, metric, timer, socket or child process. */
export async function leftoverProblems(subject: Subject): Promise<string[]> {
  // The first bots of a process load modules that stay; they must not count for the plugin.
  await liveAndClose(subject.others)
  await liveAndClose([...subject.others, subject.plugin()])
  const without = await liveAndClose(subject.others)
  const before = resources()
  const withPlugin = await liveAndClose([...subject.others, subject.plugin()])
  const kept = await keptResources(before)

  const problems: string[] = []
  for (const what of ['registrations', 'listeners', 'metrics'] as const) {
    const left = withPlugin[what]() - without[what]()
    if (left > 0) problems.push(`close: ${left} ${what} are left over; register through the context of setup`)
  }
  if (kept.length > 0)
    problems.push(`close: what keeps a process alive is left over: ${kept.join(', ')}; end it in onClose`)
  return problems
}

async function liveAndClose(plugins: readonly Plugin[]): Promise<Inspection> {
  await using test = await botOf(plugins, true)
  return (test.bot as Bot as unknown as { readonly [inspectKey]: Inspection })[inspectKey]
}

function resources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

async function keptResources(before: ReadonlyMap<string, number>): Promise<string[]> {
  const deadline = performance.now() + goneMs
  for (;;) {
    const more = [...resources()].filter(([kind, count]) => lasting(kind) && count > (before.get(kind) ?? 0))
    if (more.length === 0 || performance.now() > deadline)
      return more.map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`)
    await delay(lookMs)
  }
}

// Requests of the file system and of workers end by themselves.
function lasting(kind: string): boolean {
  return /^(Timeout|Immediate|TCP|TLS|Pipe|UDP|FSEvent|StatWatcher|Process|Worker|MessagePort)/.test(kind)
}
