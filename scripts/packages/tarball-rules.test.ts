import { expect, test } from 'vitest'
import { contentProblems } from './tarball-rules.ts'

const whole = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'contracts/im.json']

test('a package of compiled files, a manifest, a README and a licence is whole', () => {
  expect(contentProblems(whole)).toEqual([])
})

test.each([
  'dist/a.test.js',
  'dist/a.test-d.d.ts',
  'dist/index.js.map',
  '.env',
  'dist/.tsbuildinfo',
  'src/index.ts',
  'dist/testing/a.js',
  'tls.pem',
])('%s does not belong into a package', (path) =>
  expect(contentProblems([...whole, path])).toEqual([`${path} does not belong into the package`]),
)

test('what is missing is named', () => {
  expect(contentProblems(['package.json'])).toEqual(['README.md is missing', 'LICENSE is missing'])
})
