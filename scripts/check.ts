// npm run check: format and lint, types, generated files, unused code. The borders between packages are tests (scripts/borders).
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './borders/source-tree.ts'
import { runSteps } from './step.ts'

mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true })
const passed = await runSteps([
  {
    name: 'format and lint',
    run: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--colors=off', '.'],
  },
  { name: 'types', run: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json', '--pretty', 'false'] },
  {
    name: 'types of the page',
    run: ['node_modules/typescript/bin/tsc', '-p', 'packages/sandbox/page/tsconfig.json', '--pretty', 'false'],
  },
  { name: 'generated files', run: ['scripts/generate.ts', '--check'] },
  { name: 'unused code', run: ['node_modules/knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors'] },
])
if (!passed)
  process.stdout.write('npm run format repairs most of what Biome finds, npm run generate what is not up to date.\n')
process.exitCode = passed ? 0 : 1
