import { afterEach, expect, test, vi } from 'vitest'
import { runSteps } from './step.ts'

afterEach(() => vi.restoreAllMocks())

test('every step runs and has a line; a failing one shows all that it printed', async () => {
  const printed: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  const program = (code: string) => ['-e', code] as const
  const passed = await runSteps([
    { name: 'quiet', run: program(`console.log('not shown')`) },
    { name: 'broken', run: program(`console.log('to read'); console.error('and this'); process.exitCode = 3`) },
    { name: 'killed', run: program(`process.kill(process.pid, 'SIGKILL')`) },
  ])
  expect(passed).toBe(false)
  const output = printed.join('')
  expect(output).toMatch(/^ok {6}quiet +\d+\.\d s$/m)
  expect(output).toMatch(/^FAILED {2}broken +\d+\.\d s$/m)
  expect(output).toContain('to read\n')
  expect(output).toContain('and this\n')
  expect(output).toContain('-e ended with code 3')
  expect(output).toContain('-e ended with SIGKILL')
  expect(output).not.toContain('not shown')
})
