// npm run bench [name …] [-- --json | --markdown]: Larkspur and the bare SDK side by side on one sandbox.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPlatform } from './platform.ts'
import type { Bench, Measure, Row } from './row.ts'
import { measureAcknowledgement } from './rows/acknowledgement.ts'
import { measureDispatch } from './rows/dispatch.ts'
import { measureEvents } from './rows/events.ts'
import { measureHandlerSend } from './rows/handler-send.ts'
import { measureMemory } from './rows/memory.ts'
import { measureSandbox } from './rows/sandbox.ts'
import { measureScript } from './rows/script.ts'
import { measureSends } from './rows/sends.ts'
import { measureStart } from './rows/start.ts'
import { measureTokens } from './rows/tokens.ts'
import { jsonLine, machine, markdownTable, textTable } from './table.ts'

const measures: Readonly<Record<string, Measure>> = {
  events: measureEvents,
  acknowledgement: measureAcknowledgement,
  'handler-send': measureHandlerSend,
  sends: measureSends,
  dispatch: measureDispatch,
  tokens: measureTokens,
  start: measureStart,
  script: measureScript,
  memory: measureMemory,
  sandbox: measureSandbox,
}

// On the checkout's disk: a temporary folder may be in memory, where a commit costs nothing.
const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules', '.cache')

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, markdown: { type: 'boolean' } },
  })
  const names = positionals.length > 0 ? positionals : Object.keys(measures)
  for (const name of names)
    if (!(name in measures))
      throw new Error(`There is no benchmark "${name}"; there are ${Object.keys(measures).join(', ')}.`)

  mkdirSync(cache, { recursive: true })
  const data = mkdtempSync(join(cache, 'bench-'))
  const rows: Row[] = []
  try {
    using platform = await startPlatform(3)
    const bench: Bench = {
      sandbox: platform.sandbox,
      progress: (text) => process.stderr.write(`${text}\n`),
      folder: () => mkdtempSync(join(data, 'db-')),
    }
    for (const name of names) {
      const measured = (await measures[name]?.(bench)) ?? []
      rows.push(...measured)
      if (values.json) for (const row of measured) console.log(jsonLine(row))
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
  if (values.json) return
  console.log(values.markdown ? `${machine()}\n\n${markdownTable(rows)}` : `${textTable(rows)}\n\n${machine()}`)
}

await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
