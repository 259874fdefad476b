import { describe, expect, it } from 'vitest'
import { commandName, readArguments, readCommandLine } from './command-line.ts'

describe('readCommandLine', () => {
  it.each([
    ['/standup', 'standup', [], ''],
    ['  /Standup  a  b ', 'standup', ['a', 'b'], 'a  b'],
    ['／help', 'help', [], ''],
    ['／ｈｅｌｐ', 'help', [], ''],
    ['/standup\u3000today', 'standup', ['today'], 'today'],
    ['/standup\ntoday', 'standup', ['today'], 'today'],
    ['/日报 今天', '日报', ['今天'], '今天'],
    ['/set-up_2 x', 'set-up_2', ['x'], 'x'],
    ['/say "two words" \'and more\'', 'say', ['two words', 'and more'], '"two words" \'and more\''],
  ])('reads %j', (text, name, args, rest) => {
    expect(readCommandLine(text, '/')).toEqual({ name, args, rest })
  })

  it.each(['', '/', '//', '/ help', 'help', 'a /help', '/usr/bin/node', '/-x', '/a.b', '/!'])(
    'takes %j for no command',
    (text) => {
      expect(readCommandLine(text, '/')).toBeUndefined()
    },
  )

  it('takes other prefixes, full-width too', () => {
    expect(readCommandLine('!deploy now', '!')?.name).toBe('deploy')
    expect(readCommandLine('！deploy now', '!')?.name).toBe('deploy')
    expect(readCommandLine('!!deploy', '!!')?.name).toBe('deploy')
    expect(readCommandLine('/deploy', '!')).toBeUndefined()
  })
})

describe('readArguments', () => {
  it.each([
    ['', []],
    ['a b', ['a', 'b']],
    ['"a b" c', ['a b', 'c']],
    ['“a b” ‘c d’', ['a b', 'c d']],
    ['"say \\"hi\\" \\\\ now"', ['say "hi" \\ now']],
    ['""', ['']],
    ["don't stop", ["don't", 'stop']],
    ['"open end', ['"open', 'end']],
    ['"a"b c', ['"a"b', 'c']],
    ['key="a', ['key="a']],
    ['"line\nbreak"', ['line\nbreak']],
  ])('splits %j', (text, args) => {
    expect(readArguments(text)).toEqual(args)
  })

  it.each(['" ', '“a ', '"\\" ', "' ", '"a"b ', '\\"'])('reads %j repeated to 150 KB in linear time', (piece) => {
    const text = piece.repeat(Math.floor(150_000 / piece.length))
    expect(readArguments(text).join('').length).toBeLessThanOrEqual(text.length)
  })
})

it('compares names without case and width', () => {
  expect(commandName('ＨＥＬＰ')).toBe('help')
  expect(commandName('a b')).toBeUndefined()
  expect(commandName('/x')).toBeUndefined()
})
