import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { botFolder, parrotConfig } from '../testing/bot-folder.ts'
import { larkspur } from '../testing/command.ts'

it('prints each value with its origin, and masks secrets', async () => {
  const options = `log: { level: 'warn' }, apps: [{ appId: 'cli_00000000000000aa', appSecret: 'planted-secret' }]`
  await using bot = await botFolder({
    'bot.config.ts': parrotConfig({ options }),
    '.env': 'LARKSPUR_HTTP_PORT=8123\nLARKSPUR_ENVIRONMENT=of the file',
  })
  await writeFile(join(bot.path, 'url'), 'postgres://bot:planted-password@db/bot')
  const env = { LARKSPUR_ENVIRONMENT: 'staging', LARKSPUR_DATABASE_URL_FILE: join(bot.path, 'url') }
  const { stdout, stderr, exitCode } = await larkspur(['config'], { cwd: bot.path, env })
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  expect(stdout).toMatch(/^environment +staging +environment \(LARKSPUR_ENVIRONMENT\)$/m)
  expect(stdout).toMatch(/^http\.port +8123 +\.env \(LARKSPUR_HTTP_PORT\)$/m)
  expect(stdout).toMatch(/^http\.monitorPort +9090 +default$/m)
  expect(stdout).toMatch(/^log\.level +warn +code$/m)
  expect(stdout).toMatch(/^apps\[0\]\.appSecret +\*\*\* +code$/m)
  expect(stdout).toMatch(/^database\.url .*environment \(LARKSPUR_DATABASE_URL_FILE\)$/m)
  expect(stdout).not.toMatch(/planted/)
  const json = await larkspur(['config', '--json'], { cwd: bot.path, env })
  expect(JSON.parse(json.stdout)).toContainEqual({ path: 'log.level', value: 'warn', origin: 'code' })
  expect(json.stdout).not.toMatch(/planted/)
})

it('lists every problem with its path', async () => {
  const options = `http: { port: 'eight' }, apps: [{ appId: 'cli_1', appSecret: '' }]`
  await using bot = await botFolder({ 'bot.config.ts': parrotConfig({ options }) })
  const { stdout, stderr, exitCode } = await larkspur(['config'], { cwd: bot.path, env: { LARKSPUR_WORK: 'perhaps' } })
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toMatch(/^✗ The configuration has 4 problems:$/m)
  for (const path of ['http.port', 'apps[0].appId', 'apps[0].appSecret', 'work'])
    expect(stderr).toContain(`\n  ${path}: `)
  expect(stderr).toMatch(/\n {2}CONFIG_INVALID\n$/)
})

it('says what to write instead of an enum', async () => {
  await using bot = await botFolder({ 'bot.config.ts': `enum Colour { red }\n${parrotConfig()}` })
  const { stderr, exitCode } = await larkspur(['config'], { cwd: bot.path })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/\n {2}→ .*as const.* for an enum/)
  expect(stderr).toMatch(/\n {2}CONFIG_FILE_BROKEN\n$/)
})

it('says where it looked for a configuration', async () => {
  await using bot = await botFolder({})
  const { stderr, exitCode } = await larkspur(['config'], { cwd: bot.path })
  expect(exitCode).toBe(1)
  expect(stderr).toContain(join(bot.path, 'bot.config.mts'))
})
