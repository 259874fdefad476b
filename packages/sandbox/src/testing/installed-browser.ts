import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createBrotliDecompress } from 'node:zlib'

const wellKnownPaths: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/opt/google/chrome/chrome',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/** The browser that tests use, or why there is none. */
export type FoundBrowser = { path: string } | { missing: string }

/**
 * Finds a browser: what `CHROME_PATH` names, else an installed Chrome, Chromium or Edge, else (Linux x64) the Chromium of
 * the package `@sparticuz/chromium`, unpacked once for all runs.
 */
export async function findBrowser(): Promise<FoundBrowser> {
  const wished = process.env.CHROME_PATH
  if (wished) return existsSync(wished) ? { path: wished } : { missing: `CHROME_PATH names no file: ${wished}` }
  const installed = wellKnownPaths[process.platform]?.find((path) => existsSync(path))
  if (installed !== undefined) return { path: installed }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `no Chrome found on ${process.platform} ${process.arch}; install one or set CHROME_PATH` }
  }
  return packagedBrowser().catch((error: Error) => ({ missing: `the packaged Chromium cannot run: ${error.message}` }))
}

async function packagedBrowser(): Promise<FoundBrowser> {
  const folder = fileURLToPath(new URL('..', import.meta.resolve('@sparticuz/chromium')))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))
  const path = join(cache, `chromium-${version}`)
  if (!existsSync(path)) {
    await mkdir(cache, { recursive: true })
    // Several test files may get here at once, and a half-written browser must not look like a whole one.
    const unfinished = `${path}.${process.pid}`
    const binary = createReadStream(join(folder, 'bin/chromium.br'))
    await pipeline(binary, createBrotliDecompress(), createWriteStream(unfinished, { mode: 0o755 }))
    await rename(unfinished, path)
  }
  // Libraries that the system lacks show here.
  await promisify(execFile)(path, ['--version'], { timeout: 10_000 })
  return { path }
}
