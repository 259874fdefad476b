import { expect, test } from 'vitest'
import { readAudit } from './audit.ts'

const advisory = (severity: string, patched_versions: string | null) => ({
  module_name: 'left-pad',
  severity,
  title: 'Pads right',
  url: 'https://github.com/advisories/GHSA-1',
  vulnerable_versions: '<2.0.0',
  patched_versions,
})

test('a high or critical advisory with a fix fails, the others are counted', () => {
  const advisories = {
    1: advisory('high', '>=2.0.0'),
    2: advisory('critical', '<0.0.0'),
    3: advisory('moderate', '>=2.0.0'),
  }
  expect(readAudit(JSON.stringify({ advisories }))).toEqual({
    state: 'checked',
    failing: ['high: left-pad <2.0.0: Pads right; fixed in >=2.0.0 (https://github.com/advisories/GHSA-1)'],
    others: 2,
  })
})

test.each([
  [
    'an error answer',
    JSON.stringify({ error: { code: 'ERR_PNPM_AUDIT_BAD_RESPONSE', message: 'responded with 503' } }),
    'responded with 503',
  ],
  [
    'text',
    'Error: ERR_PNPM\n\n  × The endpoint\n  │ responded with 405',
    'Error: ERR_PNPM The endpoint responded with 405',
  ],
  ['silence', '', 'pnpm audit gave no answer'],
])('%s instead of advisories is not a pass', (_, output, reason) => {
  expect(readAudit(output)).toEqual({ state: 'not checked', reason })
})
