import { defineErrors, definePlugin, eventMap, type Migration } from '@larkspur/core'
import { expect, it } from 'vitest'
import { parrot } from '../testing/parrot.ts'
import { pluginConformance } from './plugin-conformance.ts'

const lists: Migration = {
  name: '0001-lists',
  async up({ db, table }) {
    await db.schema
      .createTable(table('list'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .execute()
  },
  async down({ db, table }) {
    await db.schema.dropTable(table('list')).execute()
  },
}

it('has nothing to say about a good plugin', async () => {
  const todoError = defineErrors({ TODO_FULL: { category: 'input', meaning: 'It is full.', hint: 'Delete some.' } })
  const todo = definePlugin({
    name: 'todo',
    uses: { parrot },
    events: eventMap<{ 'todo:added': { id: string } }>('todo:added'),
    migrations: [lists],
    setup({ metrics, on, observe, healthCheck, task }) {
      metrics.counter({ name: 'added_total', help: 'Entries that were added.' }).add({})
      on('im.message.receive_v1', () => {})
      observe('event:handled', () => {})
      healthCheck('list', () => ({ status: 'up', message: 'there' }))
      task({ name: 'sweep' }, () => {})
    },
  })
  expect(await pluginConformance(todo, { with: [parrot()], errors: todoError })).toEqual([])
})

it('names what is wrong with names', async () => {
  const errors = defineErrors({ OTHER_FULL: { category: 'input', meaning: 'Full.', hint: 'Delete some.' } })
  const step = { ...lists, name: 'lists' }
  const named = definePlugin({
    name: 'named',
    migrations: [step],
    commands: [{ name: 'Clean_Up', description: '', run: async () => {} }],
    setup() {},
  })
  expect(await pluginConformance(named, { errors })).toEqual([
    'errors: codes must begin with NAMED_, unlike OTHER_FULL',
    'migrations: "lists" must be four digits and words, such as 0001-lists',
    'commands: "Clean_Up" is not kebab-case',
    'commands: "Clean_Up" has no description',
  ])
})

it('finds a timer and a socket that outlive the plugin', async () => {
  const timers: NodeJS.Timeout[] = []
  const leaky = definePlugin({
    name: 'leaky',
    setup({ onReady }) {
      onReady(() => void timers.push(setInterval(() => {}, 60_000)))
    },
  })
  const problems = await pluginConformance(leaky)
  for (const timer of timers) clearInterval(timer)
  expect(problems).toEqual([expect.stringMatching(/^close: what keeps a process alive is left over: 1 Timeout;/)])
})

it('finds tables of other names and steps that cannot be undone', async () => {
  const foreign: Migration = {
    ...lists,
    up: ({ db }) => db.schema.createTable('elsewhere').addColumn('id', 'text').execute(),
  }
  const astray = definePlugin({ name: 'astray', migrations: [foreign], setup() {} })
  expect(await pluginConformance(astray)).toEqual(['migrations: names must begin with p_astray_, unlike elsewhere'])

  const oneWay = definePlugin({ name: 'one-way', migrations: [{ ...lists, down: async () => {} }], setup() {} })
  expect(await pluginConformance(oneWay)).toEqual(['migrations: after every down there is still p_one_way_list'])
})

it('finds options that are not checked', async () => {
  const lax = definePlugin({
    name: 'lax',
    options: {
      '~standard': {
        version: 1,
        vendor: 'none',
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => ({ type: 'object', properties: {} }) },
      },
    } as never,
    setup() {},
  })
  expect(await pluginConformance(lax)).toEqual(['options: an unknown option is accepted; let the schema be strict'])
})

it('says why a bot with the plugin does not start', async () => {
  const broken = definePlugin({
    name: 'broken',
    setup() {
      throw new TypeError('no lists')
    },
  })
  expect(await pluginConformance(broken)).toEqual([
    expect.stringMatching(/^start: a bot with it does not start: PLUGIN_\w+: .*no lists/),
  ])
})

it('finds two bots that get into each other’s way', async () => {
  let taken = false
  const single = definePlugin({
    name: 'single',
    setup({ onReady, onClose }) {
      onReady(() => {
        if (taken) throw new TypeError('only one at a time')
        taken = true
      })
      onClose(() => {
        taken = false
      })
    },
  })
  expect(await pluginConformance(single)).toEqual([
    expect.stringMatching(/^two bots: a second one in the same process fails: PLUGIN_\w+: .*only one at a time/),
  ])
})

it('finds calls to the platform before anything was started', async () => {
  const eager = definePlugin({
    name: 'eager',
    async setup({ app }) {
      await app().request({ method: 'GET', path: '/open-apis/bot/v3/info' })
    },
  })
  expect(await pluginConformance(eager)).toEqual([
    expect.stringMatching(/^setup: it calls the platform \(.*bot\/v3\/info\)/),
  ])
})
