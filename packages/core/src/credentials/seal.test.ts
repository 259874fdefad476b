import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readKeyRing } from './key-ring.ts'
import { type SealedRow, seal, unseal } from './seal.ts'

const row: SealedRow = {
  ...{ table: 'larkspur_token', appId: 'cli_00000000000000a1', tenantKey: 'tenant', userId: 'ou_1', kind: 'user' },
  generation: 7,
}
const [keyA, keyB] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')]
const ring = readKeyRing(keyA)
const broken = expect.objectContaining({ code: 'CREDENTIAL_RECORD_BROKEN' })

function errorOf(fn: () => unknown): unknown {
  try {
    return fn()
  } catch (error) {
    return error
  }
}

describe('a sealed record', () => {
  test.each(['', 'u-token', '令牌 🌺', 't-'.repeat(450)])('opens to what was sealed: %j', (text) => {
    expect(unseal(ring, seal(ring, text, row), row)).toBe(text)
  })

  test('is never the same twice and does not hold the text', () => {
    const records = [seal(ring, 'u-canary', row), seal(ring, 'u-canary', row)]
    expect(records[0]?.equals(records[1] as Buffer)).toBe(false)
    expect(records.some((record) => record.includes('canary'))).toBe(false)
  })

  test('does not open with any single bit turned over', () => {
    for (const text of ['', 'u-token', 't-'.repeat(40)]) {
      const record = seal(ring, text, row)
      for (let bit = 0; bit < record.length * 8; bit += 1) {
        const turned = Buffer.from(record)
        turned[bit >> 3] = (turned[bit >> 3] as number) ^ (1 << (bit & 7))
        const error = errorOf(() => unseal(ring, turned, row))
        // A bit of the key's id makes it an unknown key.
        expect((error as { code?: string }).code).toMatch(/^CREDENTIAL_(RECORD_BROKEN|KEY_UNKNOWN)$/)
      }
    }
  })

  test('does not open when it was cut or made longer', () => {
    const record = seal(ring, 'u-token', row)
    for (let length = 0; length < record.length; length += 1)
      expect(errorOf(() => unseal(ring, record.subarray(0, length), row))).toEqual(broken)
    expect(errorOf(() => unseal(ring, Buffer.concat([record, Buffer.from([0])]), row))).toEqual(broken)
  })

  test.each<[string, Partial<SealedRow>]>([
    ['table', { table: 'other' }],
    ['app', { appId: 'cli_00000000000000a2' }],
    ['tenant', { tenantKey: 'other' }],
    ['user', { userId: 'ou_2' }],
    ['kind', { kind: 'tenant' }],
    ['generation', { generation: 6 }],
    ['split of its parts', { tenantKey: 'tenantou', userId: '_1' }],
  ])('does not open in a row of another %s', (_name, change) => {
    expect(errorOf(() => unseal(ring, seal(ring, 'u-token', row), { ...row, ...change }))).toEqual(broken)
  })

  test('opens with any key of the ring, and names the key that is missing', () => {
    const record = seal(ring, 'u-token', row)
    const rotated = readKeyRing(`${keyB}, ${keyA}`)
    expect(unseal(rotated, record, row)).toBe('u-token')
    expect(rotated.ids).toEqual([readKeyRing(keyB).current.id, ring.current.id])
    expect(errorOf(() => unseal(readKeyRing(keyB), record, row))).toMatchObject({
      code: 'CREDENTIAL_KEY_UNKNOWN',
      message: expect.stringContaining(`key ${ring.current.id};`),
    })
  })
})

describe('encryption keys', () => {
  const bytes = randomBytes(32)

  test.each(['hex', 'base64', 'base64url'] as const)('are read from %s', (encoding) => {
    expect(readKeyRing(`${bytes.toString(encoding)}\n`).current.id).toBe(readKeyRing(bytes.toString('hex')).current.id)
  })

  test.each([
    ['nothing', ' , ', 'empty'],
    ['a password', 'correct horse battery staple', 'received 28 characters'],
    ['31 bytes', randomBytes(31).toString('base64'), 'not 32 bytes'],
    ['33 bytes', randomBytes(33).toString('base64'), 'not 32 bytes'],
    ['64 characters that are not hex', 'g'.repeat(64), 'not 32 bytes'],
    ['zeros', '0'.repeat(64), 'repeat'],
    ['a repeated word', 'deadbeef'.repeat(8), 'repeat'],
    ['readable text', Buffer.from('an-example-key-of-32-characters!').toString('base64'), 'readable text'],
    ['a sequence', Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('hex'), 'sequence'],
    ['a published key', '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'published'],
    ['a hashed password', createHash('sha256').update('changeme').digest('hex'), 'common password'],
    ['a bad second key', `${bytes.toString('hex')},short`, 'key 2'],
  ])('are refused: %s', (_name, text, reason) => {
    const error = errorOf(() => readKeyRing(text)) as Error
    expect(error).toMatchObject({ code: 'CREDENTIAL_KEY_INVALID', message: expect.stringContaining(reason) })
    for (const part of text.split(',').filter((part) => part.trim().length > 8))
      expect(error.message).not.toContain(part)
  })
})
