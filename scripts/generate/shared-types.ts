// Finds the object types that several platform events hold, and names them.
import type { ObjectShape, Shape } from './type-shape.ts'

/** An object type that is declared once for all that hold it. */
export interface SharedType {
  readonly name: string
  /** What its doc comment says. */
  readonly comment: string
  readonly shape: ObjectShape
}

interface Occurrence {
  readonly shape: ObjectShape
  /** Where it was first seen: the event's type and the fields down to it. */
  readonly type: string
  readonly path: readonly string[]
  count: number
}

const userIdComment =
  'Ids of a user. `user_id` comes only with the scope contact:user.employee_id:readonly (open.feishu.cn docs: event pages).'

/** Object types with more than one field that occur more than once inside these bodies, by their JSON, in the order of their names. */
export function namesOfShared(
  bodies: readonly { readonly type: string; readonly body: ObjectShape }[],
): ReadonlyMap<string, SharedType> {
  const found = new Map<string, Occurrence>()
  const visit = (shape: Shape, type: string, path: readonly string[]): void => {
    if (shape.kind === 'array') visit(shape.item, type, path)
    if (shape.kind === 'record') visit(shape.value, type, path)
    if (shape.kind !== 'object') return
    if (path.length > 0 && shape.members.length > 1) {
      const json = JSON.stringify(shape)
      const present = found.get(json)
      // What lies deeper is counted once: it is declared inside the shared type.
      if (present) {
        present.count += 1
        return
      }
      found.set(json, { shape, type, path, count: 1 })
    }
    for (const member of shape.members) visit(member.shape, type, [...path, member.name])
  }
  for (const { type, body } of bodies) visit(body, type, [])
  const shared = [...found].filter(([, { count }]) => count > 1)
  const named = shared.map(([json, occurrence]): [string, SharedType] => {
    const { shape, type, count } = occurrence
    if (isUserId(shape)) return [json, { name: 'UserId', comment: userIdComment, shape }]
    const name = shortestName(
      occurrence,
      shared.map(([, each]) => each),
    )
    return [json, { name, comment: `Occurs in ${count} places, first in \`${type}\`.`, shape }]
  })
  return new Map(named.sort(([, a], [, b]) => (a.name < b.name ? -1 : 1)))
}

function isUserId({ members }: ObjectShape): boolean {
  const names = members.map(({ name, optional }) => (optional ? name : ''))
  return names.length === 3 && ['open_id', 'union_id', 'user_id'].every((name) => names.includes(name))
}

/** The field's name after as many parts of the event's type as it takes to be the only one. */
function shortestName(occurrence: Occurrence, all: readonly Occurrence[]): string {
  const depth = occurrence.type.split(/[._]/).length
  for (let parts = 1; parts <= depth; parts++) {
    const name = nameWith(occurrence, parts)
    if (all.every((other) => other === occurrence || nameWith(other, parts) !== name)) return name
  }
  return pascal([...occurrence.type.split(/[._]/), ...occurrence.path])
}

function nameWith({ type, path }: Occurrence, parts: number): string {
  return pascal([...type.split(/[._]/).slice(0, parts), ...path.slice(-1)])
}

function pascal(words: readonly string[]): string {
  return words
    .flatMap((word) => word.split('_'))
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
