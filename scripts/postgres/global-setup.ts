// vitest runs this once for a whole run: one PostgreSQL server for every test that wants one.
import type { TestProject } from 'vitest/node'
import { startPostgres } from './launcher.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgresql://…` of the run's PostgreSQL server, as `inject('postgresUrl')`. For a database of your own: `createTestDatabase()`. */
    postgresUrl: string
  }
}

/** Starts the server, or fails the run with the reason: database tests are never skipped. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return () => server[Symbol.asyncDispose]()
}
