import { definePlugin } from '@larkspur/core'
import { expectTypeOf, it } from 'vitest'
import { createTestBot } from './create-test-bot.ts'

const counter = definePlugin({
  name: 'counter',
  setup: (): { add(amount: number): number } => ({ add: (amount) => amount }),
})
const shelf = definePlugin({
  name: 'shelf',
  uses: { counter },
  setup: (): { books(): string[] } => ({ books: () => [] }),
})

it('knows the plugins of the bot', async () => {
  const test = await createTestBot({
    plugins: [counter(), shelf()],
    setup: (bot) => expectTypeOf(bot.counter.add).parameters.toEqualTypeOf<[amount: number]>(),
  })
  expectTypeOf(test.bot.shelf.books()).toEqualTypeOf<string[]>()
})

it('has no plugins unless they are given', async () => {
  const test = await createTestBot()
  // @ts-expect-error: counter() is not in the list
  test.bot.counter
})

it('refuses a list in which a used plugin is missing', async () => {
  // @ts-expect-error: shelf uses counter
  await createTestBot({ plugins: [shelf()] })
})

it('refuses unknown options, apps of the platform and metrics', async () => {
  // @ts-expect-error: no such option
  await createTestBot({ logs: {} })
  // @ts-expect-error: the sandbox decides about secrets' owners and domains
  await createTestBot({ apps: [{ appId: 'cli_00000000000000aa', domain: 'lark' }] })
  // @ts-expect-error: always on
  await createTestBot({ metrics: { enabled: false } })
})
