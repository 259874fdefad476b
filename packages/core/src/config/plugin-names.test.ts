import { expect, test } from 'vitest'
import { isKernelPrefix, pluginOfVariable } from './plugin-names.ts'

test.each([
  ['http', true],
  ['http-monitor', true],
  ['app', true],
  ['default', true],
  ['log', true],
  ['messaging', false],
  ['app-store', false],
  ['logbook', false],
])('%s begins as variables of the kernel do: %s', (name, clashes) => {
  expect(isKernelPrefix(name)).toBe(clashes)
})

test('a variable belongs to the plugin with the longest fitting name', () => {
  const names = ['to-do', 'to-do-list']
  expect(pluginOfVariable('LARKSPUR_TO_DO_LIST_SIZE', names)).toBe('to-do-list')
  expect(pluginOfVariable('LARKSPUR_TO_DO_SIZE', names)).toBe('to-do')
  expect(pluginOfVariable('LARKSPUR_TODO_SIZE', names)).toBeUndefined()
})
