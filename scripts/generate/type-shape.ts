// Plain data for the types that the platform's payloads are made of: read from declarations, merged, written out.
import { parseSync, type TSSignature, type TSType } from 'oxc-parser'

/** A type. */
export type Shape =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'array'; readonly item: Shape }
  | { readonly kind: 'tuple'; readonly items: readonly Shape[] }
  | { readonly kind: 'record'; readonly value: Shape }
  | { readonly kind: 'union'; readonly parts: readonly Shape[] }
  | ObjectShape

/** An object type. */
export interface ObjectShape {
  readonly kind: 'object'
  readonly members: readonly Member[]
}

/** A field of an object type. */
export interface Member {
  readonly name: string
  readonly optional: boolean
  readonly shape: Shape
}

const keywords: Readonly<Record<string, string>> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
  TSNullKeyword: 'null',
  TSUnknownKeyword: 'unknown',
  // Nothing is known of it, which callers have to see.
  TSAnyKeyword: 'unknown',
}

/** Fields of the interfaces in a text of declarations, by the interfaces' names. */
export function readInterfaces(text: string): Map<string, readonly Member[]> {
  const { program, errors } = parseSync('declarations.d.ts', text)
  if (errors[0]) throw new Error(`the declarations do not parse: ${errors[0].message}`)
  const found = new Map<string, readonly Member[]>()
  for (const node of program.body) {
    if (node.type === 'TSInterfaceDeclaration') found.set(node.id.name, membersOf(node.body.body))
  }
  return found
}

function membersOf(nodes: readonly TSSignature[]): Member[] {
  return nodes.map((node) => {
    if (node.type !== 'TSPropertySignature' || !node.typeAnnotation) throw unread(node.type)
    const { key } = node
    const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? key.value : undefined
    if (typeof name !== 'string') throw unread(key.type)
    return { name, optional: node.optional, shape: shapeOf(node.typeAnnotation.typeAnnotation) }
  })
}

function shapeOf(node: TSType): Shape {
  const keyword = keywords[node.type]
  if (keyword) return { kind: 'text', text: keyword }
  switch (node.type) {
    case 'TSTypeLiteral':
      return { kind: 'object', members: membersOf(node.members) }
    case 'TSArrayType':
      return { kind: 'array', item: shapeOf(node.elementType) }
    case 'TSUnionType':
      return { kind: 'union', parts: node.types.map(shapeOf) }
    case 'TSTupleType':
      return { kind: 'tuple', items: node.elementTypes.map((each) => shapeOf(each as TSType)) }
    case 'TSLiteralType':
      if (node.literal.type === 'Literal') return { kind: 'text', text: quote(node.literal.value) }
      break
    case 'TSFunctionType': {
      // A handler of the kit: what it is called with is what it is read for.
      const [parameter] = node.params
      if (parameter?.type === 'Identifier' && parameter.typeAnnotation)
        return shapeOf(parameter.typeAnnotation.typeAnnotation)
      break
    }
    case 'TSTypeReference': {
      const name = node.typeName.type === 'Identifier' ? node.typeName.name : ''
      const last = node.typeArguments?.params.at(-1)
      if (!last) return { kind: 'text', text: name }
      if (name === 'Array') return { kind: 'array', item: shapeOf(last) }
      if (name === 'Record') return { kind: 'record', value: shapeOf(last) }
    }
  }
  throw unread(node.type)
}

/** Puts the second over the first: objects field by field, arrays item by item, everything else as a whole. */
export function mergeShapes(below: Shape, above: Shape): Shape {
  if (below.kind === 'array' && above.kind === 'array')
    return { kind: 'array', item: mergeShapes(below.item, above.item) }
  if (below.kind !== 'object' || above.kind !== 'object') return above
  const members = new Map(below.members.map((member) => [member.name, member]))
  for (const { name, optional, shape } of above.members) {
    const present = members.get(name)
    members.set(name, { name, optional, shape: present ? mergeShapes(present.shape, shape) : shape })
  }
  return { kind: 'object', members: [...members.values()] }
}

/** The type as TypeScript, all of it readonly. `names` gives the names of those that are declared elsewhere. */
export function writeShape(shape: Shape, names: (shape: ObjectShape) => string | undefined, indent = ''): string {
  const write = (inner: Shape): string => writeShape(inner, names, indent)
  switch (shape.kind) {
    case 'text':
      return shape.text
    case 'union':
      return shape.parts.map(write).join(' | ')
    case 'record':
      return `Readonly<Record<string, ${write(shape.value)}>>`
    case 'tuple':
      return `readonly [${shape.items.map(write).join(', ')}]`
    case 'array': {
      const item = write(shape.item)
      return item.startsWith('readonly ') || shape.item.kind === 'union' ? `readonly (${item})[]` : `readonly ${item}[]`
    }
    case 'object':
      return names(shape) ?? writeMembers(shape, names, indent)
  }
}

/** The braces of an object type. */
export function writeMembers(
  { members }: ObjectShape,
  names: (shape: ObjectShape) => string | undefined,
  indent = '',
): string {
  if (members.length === 0) return '{}'
  const lines = members.map(({ name, optional, shape }) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
    return `${indent}  readonly ${key}${optional ? '?' : ''}: ${writeShape(shape, names, `${indent}  `)}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}

/** A literal as TypeScript. */
export function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : String(value)
}

function unread(type: string): Error {
  return new Error(`a declaration holds a ${type}, which scripts/generate/type-shape.ts cannot read yet`)
}
