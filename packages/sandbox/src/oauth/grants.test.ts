import { expect, it } from 'vitest'
import { SandboxClock } from '../clock.ts'
import { RunIds } from '../ids.ts'
import { Grants } from './grants.ts'

it('codes and refresh tokens of a long run are forgotten, the oldest first', () => {
  const clock = new SandboxClock(1)
  const grants = new Grants(clock, new RunIds())
  const consent = { appId: 'cli_a', userId: 'alice', scopes: [], agreedAtMs: clock.now() }
  const binding = { redirectUri: 'http://127.0.0.1/', challenge: undefined, method: 'plain' } as const
  const codes = Array.from({ length: 13_000 }, () => grants.issueCode(consent, binding))
  const tokens = codes.map(() => grants.issueRefreshToken(consent).token)
  const proof = { appId: 'cli_a', redirectUri: undefined, verifier: undefined }
  expect(() => grants.code(codes[0] ?? '', proof)).toThrow(expect.objectContaining({ code: 20003 }))
  expect(() => grants.refreshToken(tokens[0] ?? '', 'cli_a')).toThrow(expect.objectContaining({ code: 20026 }))
  expect(grants.code(codes.at(-1) ?? '', proof).used).toBe(false)
  expect(grants.refreshToken(tokens.at(-1) ?? '', 'cli_a').used).toBe(false)
})
