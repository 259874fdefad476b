import { expect, test } from 'vitest'
import { storagePlace } from './settings.ts'

const place = (url: string, schema?: string) => storagePlace({ url, schema })

test('a folder is SQLite, a URL is PostgreSQL', () => {
  expect(place('sqlite:.larkspur')).toEqual({ flavour: 'sqlite', folder: '.larkspur' })
  expect(place('sqlite:/var/lib/bot')).toEqual({ flavour: 'sqlite', folder: '/var/lib/bot' })
  const url = 'postgresql://bot:secret@db:5432/bot'
  expect(place(url, 'bots')).toEqual({ flavour: 'postgres', url, schema: 'bots' })
})

test.each([
  '',
  'sqlite:',
  'sqlite://data',
  'mysql://bot:hunter2@db/bot',
  'hunter2',
  'postgres://bot:hunter2#@db:x/bot',
  'postgres://bot:hunter2@%zz/bot',
  'postgres://bot:hunter2@db/%E0%A4%A',
  'postgres://bot:hunter2%ff@db/bot',
])('refuses %j and does not repeat a password', (url) => {
  expect(() => place(url)).toThrow(expect.objectContaining({ code: 'STORAGE_URL_INVALID' }))
  expect(() => place(url)).not.toThrow('hunter2@')
})

test('takes a single % in a password as it is', () => {
  expect(place('postgres://bot:50%off@db/bot')).toMatchObject({ flavour: 'postgres' })
})

test('refuses a schema that would need quoting', () => {
  expect(() => place('postgres://db/bot', 'a"b')).toThrow(expect.objectContaining({ code: 'STORAGE_SCHEMA_INVALID' }))
})
