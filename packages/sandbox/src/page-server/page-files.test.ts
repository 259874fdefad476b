import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { afterTest, openSandbox } from '../testing/open-sandbox.ts'
import { PageFiles } from './page-files.ts'

/** A server of files alone; answers its address and the folder of its files. */
async function fileServer(): Promise<{ url: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-page-'))
  afterTest(() => rmSync(folder, { recursive: true }))
  const files = new PageFiles(`${folder}/`)
  const server = createServer((request, response) => void files.answer(request, request.url ?? '/', response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => new Promise((resolve) => server.close(resolve)))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, folder }
}

describe('files of the page', () => {
  it('have their types, and are kept for ever when their names carry a hash', async () => {
    const { url, folder } = await fileServer()
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html>page')
    writeFileSync(join(folder, 'assets/index-Ab1_.js'), 'script')
    const page = await fetch(`${url}/`)
    expect([page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
      'text/html; charset=utf-8',
      'no-cache',
    ])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(await page.text()).toBe('<!doctype html>page')
    const script = await fetch(`${url}/assets/index-Ab1_.js`)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('cache-control')).toContain('immutable')
  })

  it('are not sent again while they are the same', async () => {
    const { url, folder } = await fileServer()
    writeFileSync(join(folder, 'index.html'), 'one')
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    const again = async () => (await fetch(url, { headers: { 'if-none-match': etag } })).status
    expect(await again()).toBe(304)
    writeFileSync(join(folder, 'index.html'), 'two')
    expect(await again()).toBe(200)
  })

  it.each(['/assets/..%2f..%2fpackage.json', '/assets/../../package.json', '/assets/absent.js', '/assets/index.exe'])(
    'are never found at %s',
    async (path) => {
      const { url } = await fileServer()
      expect((await fetch(url + path)).status).toBe(404)
    },
  )

  it('are said to be missing, in a sentence that tells what to do, when the page was not built', async () => {
    const { url } = await fileServer()
    const answer = await fetch(url)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('npm run build')
  })
})

it('the sandbox leaves the other paths to the platform', async () => {
  const sandbox = await openSandbox()
  expect(await (await fetch(`${sandbox.url}/nonsense`)).text()).toBe('404 page not found')
})
