import { expect, it } from 'vitest'
import { CommandList } from './command.ts'
import { helpCommand, helpText, hintText } from './help.ts'

function commands(): CommandList {
  const list = new CommandList()
  list.add(helpCommand)
  list.add({ name: 'StandUp', description: 'posts the stand-up', usage: '<team>', aliases: ['su', '站会'] })
  list.add({ name: 'secret', description: 'hidden', hidden: true })
  list.add('ping')
  return list
}

it('lists commands in order of registration, without hidden ones', () => {
  expect(helpText(commands(), '/', undefined)).toBe(
    'Commands:\n/help [command] – lists the commands\n/standup <team> – posts the stand-up\n/ping',
  )
})

it('explains one command, by name or alias, with its aliases', () => {
  const about = '/standup <team> – posts the stand-up\nAlso: /su, /站会'
  expect(helpText(commands(), '/', 'standup')).toBe(about)
  expect(helpText(commands(), '/', '／SU')).toBe(about)
  expect(helpText(commands(), '!', 'ping')).toBe('!ping')
})

it('says that a command does not exist and lists those that do', () => {
  expect(helpText(commands(), '/', 'nope')).toMatch(/^There is no command \/nope\.\nCommands:\n/)
  expect(hintText('nope', '/')).toBe('There is no command /nope. /help lists those there are.')
})

it.each([
  ['ping', 'another command has'],
  ['PING', 'another command has'],
  ['su', 'an alias of "standup"'],
  [{ name: 'other', aliases: ['help'] }, 'another command has'],
])('refuses %j, whose name is taken', (command, taken) => {
  expect(() => commands().add(command)).toThrow(
    expect.objectContaining({ code: 'MESSAGING_COMMAND_DUPLICATE', message: expect.stringContaining(taken) }),
  )
})

it.each(['', '/ping', 'two words', undefined, null, {}, { name: 'ok', aliases: ['not ok'] }])(
  'refuses %j, which nobody can type',
  (command) => {
    expect(() => new CommandList().add(command as never)).toThrow(
      expect.objectContaining({ code: 'MESSAGING_COMMAND_INVALID' }),
    )
  },
)

it('gives the names of a removed command back', () => {
  const list = new CommandList()
  const { remove } = list.add({ name: 'ping', aliases: ['p'] })
  remove()
  remove()
  expect(list.all()).toEqual([])
  list.add('p')
  expect(list.get('p')?.name).toBe('p')
})
