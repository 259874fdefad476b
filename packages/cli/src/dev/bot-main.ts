// The bot of `larkspur dev`, in a process of its own: it is replaced when its files change, and may fail or hang alone.
import { type BotConfig, type CreateBotOptions, createBot, loadConfigFile } from '@larkspur/core'
import { errorBlock } from '../output/error-block.ts'
import type { FromBot, ToBot } from './bot-messages.ts'
import { noteFailures } from './bot-notes.ts'
import { devConfig } from './dev-config.ts'
import { SandboxControl } from './sandbox-control.ts'
import type { SandboxReady } from './sandbox-process.ts'

const [file] = process.argv.slice(2)
const sandbox = Promise.withResolvers<SandboxReady>()
const asked = Promise.withResolvers<void>()
process.on('message', (message: ToBot) => {
  if (message.kind === 'ready') sandbox.resolve(message.ready)
  else asked.resolve()
})
// The parent is gone, however that happened.
process.once('disconnect', asked.resolve)

try {
  const { config, sources } = await loadConfigFile({ cwd: process.cwd(), file })
  const ready = await Promise.race([sandbox.promise, asked.promise])
  if (ready) await run(config, sources, ready)
} catch (error) {
  await tell({ kind: 'failed', block: errorBlock(error) })
  process.exitCode = 1
}
// What the author's code leaves open must not keep a bot that is replaced.
process.exit()

async function run(config: BotConfig, sources: CreateBotOptions, ready: SandboxReady): Promise<void> {
  using control = new SandboxControl(ready.url)
  const dev = await devConfig(config, sources, ready, control)
  await using bot = await createBot(dev.config, dev.sources)
  noteFailures(bot, (text) => tell({ kind: 'note', text }))
  const started = bot.start().then(async () => {
    await tell({ kind: 'started', appId: dev.appId })
    // What came while no bot was there.
    await control.pushAgain()
  })
  // Closing ends a start that is under way; its complaint is of no use then.
  started.catch(() => {})
  await Promise.race([started, asked.promise])
  await asked.promise
}

function tell(message: FromBot): Promise<void> {
  if (!process.connected) return Promise.resolve()
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()))
}
