// npm run generate [-- --check]: writes the files that are made from the code; --check fails when one is not up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { coreError } from '../packages/core/src/errors/catalogue.ts'
import { messagingError } from '../packages/plugin-messaging/src/errors.ts'
import { root } from './borders/source-tree.ts'
import { configPage, envExample } from './generate/config-page.ts'
import { errorsPage } from './generate/errors-page.ts'
import { kernelOptionTypes } from './generate/kernel-option-types.ts'
import { metricsPage } from './generate/metrics-page.ts'
import { platformEventTypeList, platformEventTypings } from './generate/platform-events.ts'

/** The catalogues of all packages. To add one, add a line. */
const catalogues = [
  { packageName: '@larkspur/core', rows: coreError.rows },
  { packageName: '@larkspur/plugin-messaging', rows: messagingError.rows },
]

/** Each generated file and what makes it. To add one, add a line. */
const generated: readonly { path: string; make: () => string | Promise<string> }[] = [
  { path: 'docs/errors.md', make: () => errorsPage(catalogues) },
  { path: 'packages/core/src/generated/kernel-options.ts', make: kernelOptionTypes },
  { path: 'packages/core/src/generated/platform-events.ts', make: platformEventTypings },
  { path: 'packages/core/src/generated/platform-event-types.ts', make: platformEventTypeList },
  { path: 'docs/config.md', make: configPage },
  { path: '.env.example', make: envExample },
  { path: 'docs/metrics.md', make: metricsPage },
]

const check = process.argv.includes('--check')
for (const { path, make } of generated) {
  const file = join(root, path)
  const wanted = await make()
  const present = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  if (present === wanted) continue
  if (check) {
    console.error(`${path} is not up to date: run npm run generate and commit it`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, wanted)
    console.log(`wrote ${path}`)
  }
}
