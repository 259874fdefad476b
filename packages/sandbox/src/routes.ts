import type { ApiContract } from './api-contract.ts'

/** Where a request leads. */
export interface RouteMatch<H> {
  /** "METHOD path" with `:name` for path parameters; the name of the API in ledger, calls and faults. */
  api: string
  /** Absent when the platform documents the API and the sandbox does not model it. */
  target: { contract: ApiContract; handler: H } | undefined
  params: Readonly<Record<string, string>>
}

interface Route<H> {
  api: string
  segments: readonly string[]
  target: { contract: ApiContract; handler: H } | undefined
}

/** Finds APIs by method and path. */
export class Routes<H> {
  readonly #byShape = new Map<string, Route<H>[]>()

  constructor(
    contracts: readonly ApiContract[],
    handlers: Readonly<Record<string, H>>,
    notModelled: readonly string[],
  ) {
    for (const contract of contracts) {
      const api = `${contract.method} ${contract.path}`
      const handler = handlers[api]
      if (!handler) throw new Error(`${api} has a contract and no handler.`)
      this.#add(api, { contract, handler })
    }
    for (const api of notModelled) this.#add(api, undefined)
    // `users/batch` must win over `users/:user_id`.
    for (const routes of this.#byShape.values()) routes.sort((a, b) => parameterCount(a) - parameterCount(b))
  }

  /** The names of all APIs. */
  get apis(): string[] {
    return [...this.#byShape.values()].flat().map(({ api }) => api)
  }

  find(method: string, path: string): RouteMatch<H> | undefined {
    const segments = path.split('/')
    for (const route of this.#byShape.get(`${method} ${segments.length}`) ?? []) {
      const params = matchSegments(route.segments, segments)
      if (params) return { api: route.api, target: route.target, params }
    }
    return undefined
  }

  #add(api: string, target: Route<H>['target']): void {
    const [method, path] = api.split(' ') as [string, string]
    const segments = path.split('/')
    const shape = `${method} ${segments.length}`
    const routes = this.#byShape.get(shape)
    const route = { api, segments, target }
    if (routes) routes.push(route)
    else this.#byShape.set(shape, [route])
  }
}

function parameterCount(route: { segments: readonly string[] }): number {
  return route.segments.filter((segment) => segment.startsWith(':')).length
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] as string
    if (expected.startsWith(':')) {
      if (segment === '') return undefined
      params[expected.slice(1)] = decoded(segment)
    } else if (expected !== segment) return undefined
  }
  return params
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
