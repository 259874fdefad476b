import { coreError } from '../errors/catalogue.ts'
import type { CallbackHandler, CallbackOptions } from './callback-contract.ts'
import type { DeclaredJob, JobDefinition, JobHandler } from './job.ts'
import type { EventHandler, HandlerOptions, Middleware, Remove } from './platform-event.ts'
import type { TaskDefinition, TaskRun } from './task.ts'

/** A handler in the registry. */
export interface RegisteredHandler<Handler, Options> {
  /** `plugin/name`: how logs and the record of finished handlers call it. */
  readonly id: string
  readonly plugin: string
  readonly handle: Handler
  readonly options: Options
}

/** A registered event handler. */
export type RegisteredEventHandler = RegisteredHandler<EventHandler, HandlerOptions>
/** Registered middleware. */
export type RegisteredMiddleware = RegisteredHandler<Middleware, undefined>
/** A registered callback handler. */
export type RegisteredCallbackHandler = RegisteredHandler<CallbackHandler, CallbackOptions>
/** A registered task. */
export type RegisteredTask = RegisteredHandler<(run: TaskRun<unknown>) => unknown, TaskDefinition>
/** A registered job. */
export type RegisteredJob = RegisteredHandler<JobHandler, JobDefinition>

const nameShape = /^[a-z][a-z0-9-]*$/

/** Who handles what. Open for registration until the bot starts. */
export class Handlers {
  readonly #events = new Map<string, RegisteredEventHandler[]>()
  readonly #callbacks = new Map<string, RegisteredCallbackHandler[]>()
  readonly #tasks = new Map<string, RegisteredTask>()
  readonly #jobs = new Map<string, RegisteredJob>()
  readonly #middleware: RegisteredMiddleware[] = []
  readonly #ordinals = new Map<string, number>()
  #sealed = false

  /** Refuses registrations from now on. */
  seal(): void {
    this.#sealed = true
  }

  on(plugin: string, type: string, handle: EventHandler, options: HandlerOptions = {}): Remove {
    this.#check(`on('${type}')`, plugin, type, handle)
    const id = this.#id(plugin, type, options.name, this.#events.get(type))
    return add(this.#events, type, { id, plugin, handle, options })
  }

  onCallback(plugin: string, type: string, handle: CallbackHandler, options: CallbackOptions = {}): Remove {
    this.#check(`onCallback('${type}')`, plugin, type, handle)
    const id = this.#id(plugin, type, options.name, this.#callbacks.get(type))
    return add(this.#callbacks, type, { id, plugin, handle, options })
  }

  use(plugin: string, handle: Middleware): Remove {
    this.#check('use()', plugin, 'middleware', handle)
    const entry = { id: this.#id(plugin, 'use', undefined, undefined), plugin, handle, options: undefined }
    this.#middleware.push(entry)
    return () => {
      const index = this.#middleware.indexOf(entry)
      if (index >= 0) this.#middleware.splice(index, 1)
    }
  }

  task(plugin: string, definition: TaskDefinition, run: (run: TaskRun<unknown>) => unknown): Remove {
    this.#check(`task('${definition?.name}')`, plugin, definition?.name, run)
    return this.#unique(this.#tasks, 'task', { plugin, handle: run, options: definition })
  }

  job(plugin: string, definition: JobDefinition, handle: JobHandler): Remove {
    this.#check(`job('${definition?.name}')`, plugin, definition?.name, handle)
    return this.#unique(this.#jobs, 'job', { plugin, handle, options: definition })
  }

  /** Handlers of an event type, in order of registration. */
  events(type: string): readonly RegisteredEventHandler[] {
    return this.#events.get(type) ?? []
  }

  /** Event types that have a handler. */
  eventTypes(): readonly string[] {
    return [...this.#events].filter(([, list]) => list.length > 0).map(([type]) => type)
  }

  /** Handlers of a callback type, in order of registration. */
  callbacks(type: string): readonly RegisteredCallbackHandler[] {
    return this.#callbacks.get(type) ?? []
  }

  /** By type, `task:<plugin>/<name>`. */
  taskOf(name: string): RegisteredTask | undefined {
    return this.#tasks.get(name)
  }

  /** By type, `job:<plugin>/<name>`. */
  jobOf(name: string): RegisteredJob | undefined {
    return this.#jobs.get(name)
  }

  /** Middleware in order of registration. */
  get middleware(): readonly RegisteredMiddleware[] {
    return this.#middleware
  }

  /** The declared jobs, for a scheduler. */
  jobs(): readonly DeclaredJob[] {
    return [...this.#jobs.values()].map(({ options, id, plugin }) => ({ ...options, id, plugin }))
  }

  /** Types of tasks and jobs: the work that this instance may claim. */
  workNames(): readonly string[] {
    return [...this.#tasks.keys(), ...this.#jobs.keys()]
  }

  /** How many registrations there are; a closed bot leaves none. */
  count(): number {
    let count = this.#tasks.size + this.#jobs.size + this.#middleware.length
    for (const list of [...this.#events.values(), ...this.#callbacks.values()]) count += list.length
    return count
  }

  #check(call: string, plugin: string, name: unknown, handle: unknown): void {
    if (this.#sealed)
      throw coreError('PLUGIN_REGISTERED_TOO_LATE', {
        message: `${plugin} called ${call} after the bot had started; a handler added now would miss events`,
      })
    if (typeof name !== 'string' || name === '')
      throw coreError('PLUGIN_REGISTRATION_INVALID', { message: `${plugin} called ${call} without a name` })
    if (typeof handle !== 'function')
      throw coreError('PLUGIN_REGISTRATION_INVALID', {
        message: `${plugin} called ${call} with ${handle === null ? 'null' : typeof handle} where a function belongs`,
      })
  }

  #id(plugin: string, type: string, name: string | undefined, taken: readonly { id: string }[] | undefined): string {
    if (name !== undefined) {
      const id = `${plugin}/${name}`
      if (taken?.some((handler) => handler.id === id))
        throw coreError('PLUGIN_REGISTRATION_INVALID', {
          message: `${plugin} has two handlers of ${type} with the name ${name}`,
        })
      return id
    }
    const slot = `${plugin}/${type}`
    const ordinal = (this.#ordinals.get(slot) ?? 0) + 1
    this.#ordinals.set(slot, ordinal)
    return `${slot}#${ordinal}`
  }

  #unique<Options extends { readonly name: string }, Handler>(
    map: Map<string, RegisteredHandler<Handler, Options>>,
    kind: string,
    entry: Omit<RegisteredHandler<Handler, Options>, 'id'>,
  ): Remove {
    const { name } = entry.options
    if (!nameShape.test(name))
      throw coreError('PLUGIN_REGISTRATION_INVALID', {
        message: `${entry.plugin} declared the ${kind} "${name}"; names are kebab-case (a-z, 0-9, hyphens)`,
      })
    const id = `${entry.plugin}/${name}`
    const type = `${kind}:${id}`
    if (map.has(type))
      throw coreError('PLUGIN_REGISTRATION_INVALID', {
        message: `${entry.plugin} declared the ${kind} "${name}" twice`,
      })
    map.set(type, { ...entry, id })
    return () => void map.delete(type)
  }
}

function add<Entry>(map: Map<string, Entry[]>, type: string, entry: Entry): Remove {
  const list = map.get(type) ?? []
  list.push(entry)
  map.set(type, list)
  return () => {
    const index = list.indexOf(entry)
    if (index >= 0) list.splice(index, 1)
  }
}
