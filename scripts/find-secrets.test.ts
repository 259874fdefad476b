import { describe, expect, test } from 'vitest'
import { secretProblems } from './find-secrets.ts'

// Put together at run time: this file is searched as well.
const random = (length: number) => 'k9QzW3rTvB7mXp2LhJ5sNf8Dc4GyRa6Ue1Zo'.repeat(3).slice(0, length)

describe('a secret that looks real is found', () => {
  test.each([
    ['a tenant token', `t-${random(40)}`],
    ['a user token', `u-${random(40)}`],
    ['a refresh token', `ur-${random(40)}`],
    ['an app secret in code', `appSecret: '${random(32)}'`],
    ['an app secret in an environment file', `LARKSPUR_APP_SECRET=${random(32)}`],
    ['an encrypt key', `"encrypt_key": "${random(32)}"`],
    ['a JSON web token', `eyJ${random(30)}.eyJ${random(30)}.${random(30)}`],
    [
      'a private key',
      `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${random(64)}\n${random(64)}\n-----END RSA ${'PRIVATE'} KEY-----`,
    ],
    ['an AWS key', `AWS_SECRET_ACCESS_KEY=${`${random(36)}ABcd`}`],
    ['a password in a database address', `postgresql://bot:${random(16)}@db.internal.net:5432/bot`],
  ])('%s', async (_, text) => {
    const problems = await secretProblems('a.ts', `first line\n${text}\n`)
    expect(problems).not.toEqual([])
    expect(problems.join('\n')).toContain('a.ts:2')
    expect(problems.join('\n')).not.toContain(random(16))
  })
})

test.each([
  ['a value that says that it is a test', `appSecret: 'testtesttesttesttesttesttesttest'`],
  ['words with hyphens', 't-shirt-sizes-and-colours-of-the-whole-team'],
  ['a masked token', 'u-abc***'],
  ['a counted value', `t-0123456789abcdefghijklmnopqrstuvwxyz`],
])('%s is let through', async (_, text) => {
  expect(await secretProblems('a.ts', text)).toEqual([])
})
