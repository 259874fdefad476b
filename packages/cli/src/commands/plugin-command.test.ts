import { expect, it } from 'vitest'
import { botFolder } from '../testing/bot-folder.ts'
import { larkspur } from '../testing/command.ts'

const config = `
import { defineConfig, definePlugin } from '@larkspur/core'

const todo = definePlugin({
  name: 'todo',
  commands: [
    {
      name: 'list',
      description: 'print the entries',
      run({ argv, api, app, print }) {
        print(JSON.stringify([argv, api.entries(), app().appId]))
      },
    },
    { name: 'break', description: 'fail', async run() { throw new Error('the disk is full') } },
  ],
  setup: () => ({ entries: () => ['milk'] }),
})
const quiet = definePlugin({ name: 'quiet', setup() {} })
export default defineConfig({
  apps: [{ appId: 'cli_0123456789abcdef', appSecret: 'canary' }],
  plugins: [todo(), quiet()],
})
`

it('runs a command of a plugin with what was typed behind it, its API and the app', async () => {
  await using bot = await botFolder({ 'bot.config.ts': config })
  expect(await larkspur(['todo', 'list', '--all', 'x'], { cwd: bot.path })).toMatchObject({
    exitCode: 0,
    stdout: '[["--all","x"],["milk"],"cli_0123456789abcdef"]\n',
  })
})

it('ends with 1 when the command fails', async () => {
  await using bot = await botFolder({ 'bot.config.ts': config })
  const { exitCode, stderr } = await larkspur(['todo', 'break'], { cwd: bot.path })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('the disk is full')
})

it('lists the commands of a plugin when none or an unknown one was named', async () => {
  await using bot = await botFolder({ 'bot.config.ts': config })
  const unnamed = await larkspur(['todo'], { cwd: bot.path })
  expect(unnamed.exitCode).toBe(1)
  expect(unnamed.stderr).toContain('larkspur todo list  print the entries')
  expect((await larkspur(['todo', 'lst'], { cwd: bot.path })).stderr).toContain('has no command "lst"')
  expect((await larkspur(['quiet', 'list'], { cwd: bot.path })).stderr).toContain('no commands at all')
})

it('suggests what was meant when no plugin has the name', async () => {
  await using bot = await botFolder({ 'bot.config.ts': config })
  const { exitCode, stderr } = await larkspur(['strat'], { cwd: bot.path })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Did you mean start?')
})
