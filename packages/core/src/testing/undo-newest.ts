import { newestSteps, undoSteps } from '../storage/migration-down.ts'
import { type AnyDatabase, type MigrationSet, migrationStates } from '../storage/migrator.ts'

/** Undoes the newest `steps` applied steps of one owner, as `larkspur migrate down` does. Returns their names. */
export async function undoNewest(database: AnyDatabase, set: MigrationSet, steps: number): Promise<string[]> {
  const newest = newestSteps(await migrationStates(database, [set]), { owner: set.owner, steps })
  await undoSteps(database, [set], newest)
  return newest.map(({ name }) => name)
}
