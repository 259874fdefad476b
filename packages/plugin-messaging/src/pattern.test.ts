import { describe, expect, it } from 'vitest'
import { matcherOf, messagePattern } from './pattern.ts'
import type { ReceivedMessage } from './received-message.ts'
import { received } from './testing/received.ts'

const matches = (pattern: unknown, message: ReceivedMessage, mentionedByDefault = true) =>
  matcherOf(messagePattern(pattern), mentionedByDefault)(message)

describe('matcherOf', () => {
  it('compares a text with the whole text, without case and outer spaces', () => {
    expect(matches(' Hello ', received({ text: 'hELLO' }))).toEqual({ match: undefined })
    expect(matches('hello', received({ text: 'hello you' }))).toBeUndefined()
    expect(matches('caf\u00e9', received({ text: 'cafe\u0301' }))).toBeDefined()
  })

  it('searches a RegExp and gives what it found, every time, also with the flag g or y', () => {
    for (const pattern of [/build (\d+)/i, /build (\d+)/gi, /build (\d+)/iy]) {
      const matcher = matcherOf(messagePattern(pattern), true)
      for (let round = 0; round < 3; round++)
        expect(matcher(received({ text: 'Build 7 is red' }))?.match?.[1]).toBe('7')
    }
    expect(matches(/^x/, received({ text: 'ax' }))).toBeUndefined()
  })

  it('looks for patterns in text and rich text alone', () => {
    expect(matches(/.*/, received({ type: 'image', text: '' }))).toBeUndefined()
    expect(matches(/hi/, received({ type: 'post', text: 'hi' }))).toBeDefined()
    expect(matches({}, received({ type: 'image', text: '' }))).toBeDefined()
  })

  it('takes messages of groups only when they mention the bot, unless told otherwise', () => {
    const silent = received({ chatType: 'group', mentioned: false })
    const mentioning = received({ chatType: 'group', mentioned: true })
    expect(matches({}, silent)).toBeUndefined()
    expect(matches({}, mentioning)).toBeDefined()
    expect(matches({ mentioned: false }, silent)).toBeDefined()
    expect(matches({ mentioned: true }, silent, false)).toBeUndefined()
    expect(matches({}, silent, false)).toBeDefined()
    expect(matches({ mentioned: true }, received({ chatType: 'p2p', mentioned: false }))).toBeDefined()
  })

  it('narrows by chat, type and filter', () => {
    expect(matches({ chat: 'group' }, received({ chatType: 'p2p' }))).toBeUndefined()
    expect(matches({ chat: 'p2p' }, received({ chatType: 'p2p' }))).toBeDefined()
    expect(matches({ types: ['image'] }, received({ type: 'text' }))).toBeUndefined()
    expect(matches({ types: ['image'] }, received({ type: 'image' }))).toBeDefined()
    expect(
      matches({ filter: ({ text }: ReceivedMessage) => text.length > 3 }, received({ text: 'abc' })),
    ).toBeUndefined()
  })
})

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [7, 'number'],
  [['a'], 'a list'],
  ['  ', 'an empty text'],
  [{ patern: 'x' }, 'no patern'],
])('refuses the pattern %j and says what it received', (pattern, said) => {
  expect(() => messagePattern(pattern)).toThrow(
    expect.objectContaining({ code: 'MESSAGING_PATTERN_INVALID', message: expect.stringContaining(said) }),
  )
})
