// Makes the types of the raw platform events from the official kit's declarations of its event handlers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../borders/source-tree.ts'
import { additions, callbacks, corrections, notes } from './platform-event-corrections.ts'
import { namesOfShared } from './shared-types.ts'
import {
  type Member,
  mergeShapes,
  type ObjectShape,
  quote,
  readInterfaces,
  type Shape,
  writeMembers,
} from './type-shape.ts'

/** An event or callback and its envelope's `event` object. */
export interface TypedBody {
  readonly type: string
  readonly body: ObjectShape
}

/** The kit that is installed. */
const kitFolder = 'packages/core/node_modules/@larksuiteoapi/node-sdk'

/** What the kit puts before the body's own fields: header of schema 2.0, envelope of schema 1.0. */
const flattened: ReadonlySet<string> = new Set(
  'event_id event_type create_time token app_id tenant_key schema ts uuid type'.split(' '),
)

/** In schema 1.0 the body itself has type, app_id and tenant_key; only these lie outside. */
const outsideOfSchema1: ReadonlySet<string> = new Set(['event_id', 'token', 'ts', 'uuid'])

/** Events of the platform, sorted by type. */
export function platformEvents(): TypedBody[] {
  const declared = readInterfaces(kitDeclarations())
  const bodies = new Map<string, Shape>()
  for (const { name, shape } of declared.get('IOtherEventHandles') ?? [])
    bodies.set(
      name,
      bodyOf(shape, (members) => members.filter((member) => !outsideOfSchema1.has(member.name))),
    )
  for (const { name, shape } of declared.get('IHandles') ?? []) bodies.set(name, bodyOf(shape, withoutHeader))
  if (bodies.size < 200) throw new Error(`${kitFolder} declares ${bodies.size} events: did its declarations move?`)
  for (const { name, shape } of read(corrections)) {
    const present = bodies.get(name)
    if (!present) throw new Error(`${name} is corrected, but the kit does not declare it: make it an addition`)
    bodies.set(name, mergeShapes(present, shape))
  }
  for (const { name, shape } of read(additions)) {
    if (bodies.has(name)) throw new Error(`${name} is added, but the kit declares it now: make it a correction`)
    bodies.set(name, shape)
  }
  return sorted(bodies)
}

/** Callbacks of the platform, sorted by type. */
export function platformCallbacks(): TypedBody[] {
  return sorted(new Map(read(callbacks).map(({ name, shape }) => [name, shape])))
}

/** packages/core/src/generated/platform-events.ts */
export function platformEventTypings(): string {
  const events = platformEvents()
  const answered = platformCallbacks()
  const all = [...events, ...answered]
  const names = namesOfShared(all)
  const nameOf = (shape: ObjectShape): string | undefined => names.get(JSON.stringify(shape))?.name
  const { version } = JSON.parse(readFileSync(join(root, kitFolder, 'package.json'), 'utf8')) as { version: string }
  const map = (bodies: readonly TypedBody[]): string =>
    bodies.map(({ type }) => `  readonly ${quote(type)}: ${typeName(type)}\n`).join('')
  const shared = [...names.values()].map(({ name, comment, shape }) => declare(name, comment, shape, nameOf))
  const declared = all.map(({ type, body }) => declare(typeName(type), bodyComment(type), body, nameOf))
  return `// Made by scripts/generate.ts from the declarations of @larksuiteoapi/node-sdk ${version} and
// scripts/generate/platform-event-corrections.ts; edit that and run \`npm run generate\`.

/**
 * Events of the platform by type: the envelope's \`event\` object as it arrives, without the header.
 * Times are texts of milliseconds since 1970 where an event does not say otherwise.
 */
export interface PlatformEvents {
${map(events)}}

/** Callbacks of the platform by type: the envelope's \`event\` object as it arrives, without the header. */
export interface PlatformCallbacks {
${map(answered)}}

${[...shared, ...declared].join('\n')}`
}

/** packages/core/src/generated/platform-event-types.ts */
export function platformEventTypeList(): string {
  return `// Made by scripts/generate.ts from what platform-events.ts is made from; run \`npm run generate\`.

/** The types of the platform's events, sorted. */
export const platformEventTypes: readonly string[] = [
${platformEvents()
  .map(({ type }) => `  ${quote(type)},\n`)
  .join('')}]
`
}

/** The part of the kit's declarations that matters: all of them are 17 MB. */
function kitDeclarations(): string {
  const bytes = readFileSync(join(root, kitFolder, 'types/index.d.ts'))
  const start = bytes.indexOf('\ninterface IOtherEventHandles {')
  const end = bytes.indexOf('\n}', bytes.indexOf('\ninterface IHandles '))
  return bytes.toString('utf8', start, end + 2)
}

function bodyOf(shape: Shape, strip: (members: readonly Member[]) => readonly Member[]): Shape {
  return shape.kind === 'object' ? { kind: 'object', members: strip(shape.members) } : shape
}

/** Drops the header. What has the name of a header field but comes later is the body's own. */
function withoutHeader(members: readonly Member[]): readonly Member[] {
  const first = members.findIndex(({ name }) => !flattened.has(name))
  return first < 0 ? [] : members.slice(first)
}

function read(declarations: string): readonly Member[] {
  return [...readInterfaces(declarations).values()].flat()
}

function sorted(bodies: ReadonlyMap<string, Shape>): TypedBody[] {
  return [...bodies]
    .map(([type, body]) => {
      if (body.kind !== 'object') throw new Error(`${type} has a body that is a ${body.kind}, not an object`)
      return { type, body }
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1))
}

function declare(
  name: string,
  comment: string,
  shape: ObjectShape,
  nameOf: (shape: ObjectShape) => string | undefined,
): string {
  return `/** ${comment} */\nexport interface ${name} ${writeMembers(shape, nameOf)}\n`
}

function bodyComment(type: string): string {
  const note = notes[type]
  return `Body of \`${type}\`.${note ? ` ${note}` : ''}`
}

/** `im.message.receive_v1` is `ImMessageReceiveV1`. */
function typeName(type: string): string {
  return type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())
}
