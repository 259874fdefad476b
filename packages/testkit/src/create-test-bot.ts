import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bot, BotConfig, HandlerFailure, Plugin } from '@larkspur/core'
import { createBot } from '@larkspur/core'
import { type SandboxControl, startSandbox } from '@larkspur/sandbox'
import { fastTimings } from './fast-timings.ts'
import { waitUntilSettled } from './settled.ts'
import type { TestBot, TestBotConfig, TestBotOptions } from './test-bot.ts'
import { type Place, TestGroup, TestUser } from './test-chat.ts'
import { LogRecorder } from './test-log.ts'

/**
 * Starts a real bot against a sandbox in this process: SQLite in a folder that goes at the end, free ports, short waits,
 * a log that is kept instead of printed. Nothing of the environment is read. `await using` ends everything.
 *
 * ```ts
 * await using test = await createTestBot({
 *   plugins: [messaging()],
 *   setup: (bot) => bot.messaging.onMessage(/^hello/i, (message) => message.reply('Hello!')),
 * })
 * await test.user('alice').says('hello', { expect: 'Hello!' })
 * ```
 * @throws whatever `createBot` and `start()` throw; everything that had been started is closed then
 */
export async function createTestBot<const P extends readonly Plugin[] = readonly []>(
  options: TestBotOptions<P> & CheckedList<P> = {},
): Promise<TestBot<P>> {
  const { apps, env = {}, setup, start = true, timeoutMs = 5000, sandbox: given, ...config } = options
  const stack = new AsyncDisposableStack()
  try {
    const sandbox = given ?? stack.use(await startSandbox(apps === undefined ? {} : { apps }))
    const folder = await mkdtemp(join(tmpdir(), 'larkspur-test-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const log = new LogRecorder()
    const complete = botConfig(config as TestBotConfig<readonly Plugin[]>, sandbox, folder)
    const bot = (await createBot(complete as never, { env, dotenv: '', logTo: log })) as unknown as Bot<P>
    stack.use(bot)
    const failures: HandlerFailure[] = []
    bot.onError((failure) => failures.push(failure))
    await setup?.(bot as Bot<NoInfer<P>>)
    if (start) await bot.start()
    return testBot({ bot, sandbox, log, failures, timeoutMs, stack })
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** Makes a list in which a used plugin is missing a compile error, as `createBot` does. */
type CheckedList<P extends readonly Plugin[]> = Pick<Parameters<typeof createBot<P>>[0], 'plugins'>

/** The same for all, so that bots on one database open each other's records. What a sandbox hands out is no secret. */
const testKey = createHash('sha256').update('larkspur testkit').digest('base64')

function botConfig(
  config: TestBotConfig<readonly Plugin[]>,
  sandbox: SandboxControl,
  folder: string,
): BotConfig<readonly Plugin[]> {
  const apps = sandbox.apps.map(({ appId, appSecret }) => ({ appId, appSecret, domain: sandbox.url }))
  const groups = Object.entries(fastTimings).map(([name, defaults]) => {
    const given = config[name as keyof typeof fastTimings]
    return [name, { ...defaults, ...given }]
  })
  return {
    environment: 'test',
    apps,
    database: `sqlite:${folder}`,
    credentials: { encryptionKey: testKey },
    ...config,
    ...Object.fromEntries(groups),
    // The inbox is watched through its metric.
    metrics: { enabled: true },
  }
}

function testBot<P extends readonly Plugin[]>(parts: {
  readonly bot: Bot<P>
  readonly sandbox: SandboxControl
  readonly log: LogRecorder
  readonly failures: HandlerFailure[]
  readonly timeoutMs: number
  readonly stack: AsyncDisposableStack
}): TestBot<P> {
  const { bot, sandbox, log, failures, timeoutMs, stack } = parts
  const users = new Map<string, TestUser>()
  const settled = (): Promise<void> => waitUntilSettled(bot as unknown as Bot, sandbox, timeoutMs)
  const appId = (asked: string | undefined): string => {
    const app = asked === undefined ? sandbox.apps[0] : sandbox.apps.find((each) => each.appId === asked)
    if (app) return app.appId
    throw new Error(`The sandbox has no app ${asked}; it has ${sandbox.apps.map((each) => each.appId).join(', ')}.`)
  }
  const place = (asked: string | undefined): Place => ({
    ...{ sandbox, failures, timeoutMs, settled },
    appId: appId(asked),
  })
  const close = (): Promise<void> => stack.disposeAsync()
  return {
    ...{ bot, sandbox, failures, settled, close },
    log: log.lines,
    start: () => bot.start(),
    user(name = 'alice', { appId: asked } = {}) {
      const chatWith = place(asked)
      const person = personOf(sandbox, name)
      const key = `${person.userId} ${chatWith.appId}`
      const known = users.get(key) ?? new TestUser(person, chatWith)
      users.set(key, known)
      return known
    },
    async group({ name = 'Test group', users: members = ['alice'], appId: asked } = {}) {
      const chatWith = place(asked)
      const userIds = members.map((each) => (typeof each === 'string' ? personOf(sandbox, each).userId : each.userId))
      const { chatId } = await sandbox.createChat({ name, users: userIds, apps: [chatWith.appId] })
      return new TestGroup(chatId, name, chatWith)
    },
    [Symbol.asyncDispose]: close,
  }
}

function personOf(sandbox: SandboxControl, name: string) {
  const wanted = name.toLowerCase()
  const person = sandbox.users.find((user) =>
    [user.userId, user.name, user.enName, user.email].some((each) => each.toLowerCase() === wanted),
  )
  if (person) return person
  throw new Error(`The sandbox has no user "${name}"; it has ${sandbox.users.map(({ userId }) => userId).join(', ')}.`)
}
