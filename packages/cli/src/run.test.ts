import { expect, it } from 'vitest'
import { larkspur } from './testing/command.ts'

it('prints help and version', async () => {
  const help = await larkspur(['--help'], { cwd: '.' })
  expect(help).toMatchObject({ exitCode: 0, stderr: '' })
  for (const command of ['dev', 'start', 'config', 'health'])
    expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect(await larkspur(['--version'], { cwd: '.' })).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\./),
  })
})

it('suggests the command that was meant', async () => {
  const { stderr, exitCode } = await larkspur(['strat'], { cwd: '.' })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Did you mean start?')
})

it.each([
  [['dev', '--timeout', 'soon'], /--timeout.*It takes seconds/],
  [['dev', '--port', '99999'], /--port.*whole number from 0 to 65535/],
  [['dev', '--cwd', 'nowhere'], /--cwd.*There is no such folder/],
  [['dev', '--sya', 'hello'], /Did you mean --say\?/],
])('refuses %j', async (argv, words) => {
  const { stderr, exitCode } = await larkspur(argv, { cwd: '.' })
  expect(exitCode).toBe(1)
  expect(stderr.replaceAll('\n', ' ')).toMatch(words)
})
