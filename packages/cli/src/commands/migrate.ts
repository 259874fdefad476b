import { loadConfigFile, migrateDatabase } from '@larkspur/core'

/** Options of `larkspur migrate up`. */
export interface MigrateOptions {
  readonly cwd: string
  readonly config?: string | undefined
}

/** `larkspur migrate up`: runs the migrations that the database lacks. */
export async function migrateUp({ cwd, config: file }: MigrateOptions): Promise<number> {
  const { config } = await loadConfigFile({ cwd, file })
  await migrateDatabase(config)
  process.stdout.write('The database is up to date.\n')
  return 0
}
