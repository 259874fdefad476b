import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestBot } from './create-test-bot.ts'
import type { TestBot } from './test-bot.ts'
import { parrot } from './testing/parrot.ts'

let test: TestBot<readonly [ReturnType<typeof parrot>]>

beforeAll(async () => {
  test = await createTestBot({ plugins: [parrot()], dispatch: { maxAttempts: 1 } })
})
afterAll(() => test.close())

it('waits for an answer by text, pattern or test', async () => {
  const alice = test.user('alice')
  await alice.says('one', { expect: 'one' })
  await alice.says('two', { expect: /^TW/gi })
  await alice.says('three', { expect: ({ messageType }) => messageType === 'text' })
  await alice.shouldStaySilent()
})

it('counts as seen what came before the message that was waited for', async () => {
  const wang = test.user('wangfang')
  await wang.says('twice', { expect: 'and again' })
  await wang.shouldStaySilent()
})

it('finds answers that came before they were asked for', async () => {
  const liu = test.user('liuyang')
  await liu.says('first')
  await liu.says('second')
  await test.settled()
  await liu.shouldSee('first')
  await liu.shouldSee('second')
})

it('fails with the conversation when the answer is another one', async () => {
  const sun = test.user('sunli')
  await sun.says('hello')
  await test.settled()
  const failure = await sun.shouldSee('goodbye', { timeoutMs: 10 }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'AssertionError', expected: '"goodbye"', actual: '"hello"' })
  expect((failure as Error).message).toMatchInlineSnapshot(`
    "The bot did not say in 10 ms what 孙丽 should see.
    Expected: "goodbye"
    Received: "hello"
    The conversation:
      孙丽              hello
      Larkspur (bot)  hello"
  `)
  expect((failure as Error).stack).toContain('test-chat.test.ts')
})

it('fails with what went wrong when there is no answer', async () => {
  const tomas = test.user('tomas')
  await tomas.says('fail')
  await test.settled()
  await expect(tomas.shouldSee(/hello/, { timeoutMs: 10 })).rejects.toThrow(
    /Expected: \/hello\/\nReceived: nothing\nFailed: parrot\/.*attempt 1: TypeError: no such seed\nThe conversation:\n/,
  )
})

it('fails when the bot speaks where it should be silent', async () => {
  const wu = test.user('wuxia')
  await wu.says('hello')
  await expect(wu.shouldStaySilent()).rejects.toThrow(/said nothing more to .*\nExpected: nothing\nReceived: "hello"\n/)
})

it('knows that nobody has spoken yet', async () => {
  await expect(test.user('zhaolei').shouldSee('hello', { timeoutMs: 10 })).rejects.toThrow(
    'Nobody has said anything here.',
  )
})

it('tells without failing whether something was said', async () => {
  const chen = test.user('chenjing')
  await chen.says('hello')
  expect(await chen.sees('hello')).toBe(true)
  expect(await chen.sees('goodbye')).toBe(false)
})

it('talks in groups, where the bot hears what mentions it', async () => {
  const alice = test.user('alice')
  const group = await test.group({ users: [alice, 'tomas'] })
  await group.says('tomas', 'hello everybody')
  await group.shouldStaySilent()
  await group.says(alice, 'hello', { mention: 'bot', expect: /hello/ })
  expect((await group.messages()).map(({ sender }) => sender.type)).toEqual(['user', 'user', 'bot'])
})

it('sends other types and replies', async () => {
  const huang = test.user('huangmin')
  const { messageId } = await huang.says('quiet')
  await huang.says('hello', { replyTo: messageId, expect: 'hello' })
  const messages = await huang.messages()
  expect(messages[1]).toMatchObject({ parentId: messageId })
})

it('sees messages that open a direct chat', async () => {
  const zhou = test.user('zhouqiang')
  const seen = zhou.shouldSee('good morning')
  await test.bot.app().request({
    method: 'POST',
    path: '/open-apis/im/v1/messages',
    query: { receive_id_type: 'open_id' },
    body: { receive_id: zhou.openId, msg_type: 'text', content: JSON.stringify({ text: 'good morning' }) },
  })
  expect((await seen).sender.type).toBe('bot')
})
