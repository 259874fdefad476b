import { withScope } from '../observe/context.ts'

/**
 * The same API with every function running inside `appId`, nested objects included. Several bindings side by side do
 * not mix: each call carries its app in its own asynchronous context.
 */
export function bindToApp<Api>(api: Api, appId: string): Api {
  if (typeof api !== 'object' || api === null) return api
  const bound = new WeakMap<object, unknown>()
  return new Proxy(api, {
    get(target, name) {
      // Receiver is the target: private fields of a class refuse a proxy as `this`.
      const value = Reflect.get(target, name, target) as unknown
      if (typeof value === 'function') {
        const known = bound.get(value)
        if (known) return known
        const wrapped = (...args: unknown[]): unknown => withScope({ appId }, () => value.apply(target, args))
        bound.set(value, wrapped)
        return wrapped
      }
      if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
        const known = bound.get(value) ?? bindToApp(value, appId)
        bound.set(value, known)
        return known
      }
      return value
    },
  })
}
