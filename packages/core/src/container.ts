// tsyringe refuses to load without Reflect.getMetadata; no decorators are used.
import 'reflect-metadata'
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe'
import { coreError } from './errors/catalogue.ts'

/** Names a part of the kernel, with its type. */
export interface Token<Part> {
  readonly id: symbol
  /** Exists in the types only. */
  readonly part?: Part
}

/** Makes a token. `name` shows up in errors. */
export function token<Part>(name: string): Token<Part> {
  return { id: Symbol(name) }
}

/**
 * The parts of one bot, each built when it is first asked for. tsyringe's child container does not close what
 * factories built and answers cycles with a stack overflow; this wrapper closes in reverse order of building and
 * names cycles.
 */
export class Container implements AsyncDisposable {
  readonly #inner: DependencyContainer = root.createChildContainer()
  readonly #built: object[] = []
  readonly #building: symbol[] = []

  provide<Part extends object>(token: Token<Part>, build: () => Part): this {
    this.#inner.register<Part>(token.id, {
      useFactory: instanceCachingFactory(() => {
        const part = build()
        this.#built.push(part)
        return part
      }),
    })
    return this
  }

  get<Part extends object>(token: Token<Part>): Part {
    if (this.#building.includes(token.id)) {
      const cycle = [...this.#building.slice(this.#building.indexOf(token.id)), token.id]
      const names = cycle.map((id) => id.description).join(' → ')
      throw coreError('BOT_PART_CYCLE', { message: `parts need each other: ${names}` })
    }
    this.#building.push(token.id)
    try {
      return this.#inner.resolve<Part>(token.id)
    } finally {
      this.#building.pop()
    }
  }

  /** Closes what was built, last built first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#built.splice(0).reverse()) {
      const closable = part as Partial<AsyncDisposable & Disposable>
      if (closable[Symbol.asyncDispose]) await closable[Symbol.asyncDispose]?.()
      else closable[Symbol.dispose]?.()
    }
    this.#inner.clearInstances()
  }
}
