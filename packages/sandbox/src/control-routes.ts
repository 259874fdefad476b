import type { ServerResponse } from 'node:http'
import { controlVerbs, type SandboxControl } from './control.ts'
import { jsonObject } from './http-body.ts'
import type { ControlRoutes } from './platform-server.ts'

/**
 * The control verbs over HTTP: `POST /sandbox/<verb>` with the verb's argument as JSON object, answered with its result;
 * `GET /sandbox` tells url, apps and users. A refusal is HTTP 400 with `{"error": "…"}`.
 */
export function controlRoutes(control: SandboxControl): ControlRoutes {
  return async (method, verb, body, response) => {
    if (verb === '' && method === 'GET') {
      return answer(response, 200, { url: control.url, apps: control.apps, users: control.users })
    }
    const known = controlVerbs.find((name) => name === verb)
    if (!known || method !== 'POST') {
      const verbs = controlVerbs.join(', ')
      return answer(response, 404, { error: `There is no ${method} /sandbox/${verb}; POST one of ${verbs}.` })
    }
    const argument = jsonObject(body)
    if (!argument) return answer(response, 400, { error: `The body of ${verb} must be a JSON object.` })
    try {
      const run = control[known] as (argument: unknown) => Promise<unknown>
      answer(response, 200, { result: (await run.call(control, argument)) ?? null })
    } catch (error) {
      answer(response, 400, { error: sentence(error) })
    }
  }
}

function sentence(error: unknown): string {
  // The engine's words for JSON that is deeper than its stack.
  if (error instanceof RangeError && error.message.includes('call stack')) return 'The JSON is nested too deeply.'
  return error instanceof Error ? error.message : String(error)
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(text)
}
