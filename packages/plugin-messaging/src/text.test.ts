import { describe, expect, it } from 'vitest'
import { mention, mentionAll } from './mention.ts'
import { maxTextBytes, type TextInput, text, textContent } from './text.ts'

const sent = (input: TextInput): string => JSON.parse(textContent(input)).text

describe('text', () => {
  it('mentions people by id and keeps everything else as written', () => {
    const person = { openId: 'ou_1', name: 'Li <Mei>' }
    expect(sent(text`Hi ${mention('ou_1', 'Lin')} and ${mention(person)}, ${3} tasks\n${'a "b" \\ c'}`)).toBe(
      'Hi <at user_id="ou_1">Lin</at> and <at user_id="ou_1">Li Mei</at>, 3 tasks\na "b" \\ c',
    )
  })

  it('mentions everybody and several people', () => {
    expect(sent(text`${mentionAll()}: ${['ou_1', 'ou_2'].map((id) => mention(id))}`)).toBe(
      '<at user_id="all"></at>: <at user_id="ou_1"></at> <at user_id="ou_2"></at>',
    )
  })

  it('takes a text into another text', () => {
    const greeting = text`Hi ${mention('ou_1')}`
    expect(sent(text`${greeting}!`)).toBe('Hi <at user_id="ou_1"></at>!')
  })

  it.each([
    '<at user_id="all"></at>',
    '<at user_id="all">',
    '<AT user_id="all"></AT>',
    '< at user_id="all"></ at>',
    '<at\nuser_id="all"></at\n>',
    '<\tat\u3000id="all"/>',
    '<<at user_id="all"></at>',
    '<at<at user_id="all"></at>',
    '<at>',
    '</at>',
  ])('lets nobody mention by writing %j', (injected) => {
    for (const input of [injected, text`${injected}`, text`x${injected}y`, text`${mention('ou_1')}${injected}`]) {
      const written = sent(input).replaceAll('<at user_id="ou_1"></at>', '')
      expect(written).not.toMatch(/<\s*\/?\s*at/i)
    }
  })

  it('lets nobody mention with a tag that is put together from two values', () => {
    expect(sent(text`${'<'}${'at user_id="all">'}`)).toBe('＜at user_id="all">')
    expect(sent(text`<${'at user_id="all"></at>'}`)).toBe('＜at user_id="all">＜/at>')
  })

  it('leaves other angle brackets alone', () => {
    expect(sent('a < attic <b>bold</b> <attach> 1<2')).toBe('a < attic <b>bold</b> <attach> 1<2')
  })

  it.each(['', ' \n\t', '\u3000'])('refuses the empty text %j', (empty) => {
    expect(() => textContent(empty)).toThrow(expect.objectContaining({ code: 'MESSAGING_TEXT_EMPTY' }))
  })

  it.each([undefined, null, 7, {}])('refuses %j, which is no text', (value) => {
    expect(() => textContent(value as never)).toThrow(expect.objectContaining({ code: 'MESSAGING_TEXT_EMPTY' }))
  })

  it('takes the platform’s 150 KB and not a byte more', () => {
    const frame = Buffer.byteLength('{"text":""}')
    expect(textContent('x'.repeat(maxTextBytes - frame))).toHaveLength(maxTextBytes)
    expect(() => textContent('x'.repeat(maxTextBytes - frame + 1))).toThrow(
      expect.objectContaining({ code: 'MESSAGING_TEXT_TOO_LONG', message: expect.stringContaining('153601 bytes') }),
    )
    expect(() => textContent('好'.repeat(maxTextBytes / 3))).toThrow(/153611 bytes/)
  })

  it.each(['all', 'ALL', '', 'ou_1" x="', 'a b', undefined, {}])('refuses to mention %j', (id) => {
    expect(() => mention(id as string)).toThrow(expect.objectContaining({ code: 'MESSAGING_MENTION_INVALID' }))
  })
})
