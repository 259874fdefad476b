import type { EventNames, Migration, Plugin } from '@larkspur/core'

/** What `definePlugin` keeps behind a plugin. */
export interface PluginRecord {
  readonly definition: {
    readonly name: string
    readonly options?: { readonly '~standard': { readonly jsonSchema?: JsonSchemaSource } } | undefined
    readonly events?: EventNames<unknown> | undefined
    readonly migrations?: readonly Migration[] | undefined
    readonly commands?: readonly { readonly name: string; readonly description: string }[] | undefined
  }
}

interface JsonSchemaSource {
  input(options: object): { readonly properties?: object; readonly required?: readonly string[] }
}

/** The record behind a plugin; undefined when it was not made by `definePlugin`. */
export function recordOf(plugin: Plugin): PluginRecord | undefined {
  return (plugin as { readonly [key]?: PluginRecord })[key]
}

const key = Symbol.for('@larkspur/core/plugin')
