#!/usr/bin/env node
import module from 'node:module'

/** The oldest major version of Node.js that Larkspur runs on; asked for before anything that could fail on an older one. */
const oldest = 24

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `✗ This is Node.js ${process.versions.node}; Larkspur needs ${oldest} or newer.\n  → Install the LTS version from nodejs.org.\n`,
  )
  process.exitCode = 1
} else {
  module.enableCompileCache()
  const { run } = await import('./run.ts')
  // `larkspur config | head` ends the reader first.
  process.stdout.on('error', () => process.exit(1))
  const exitCode = await run(process.argv.slice(2))
  // Standard input may still be open, and would keep the process.
  for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done))
  process.exit(exitCode)
}
