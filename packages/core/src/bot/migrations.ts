import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { completeSources } from '../config/config-file.ts'
import type { BotConfig } from '../config/define-config.ts'
import { type ConfigSources, resolveConfig } from '../config/origins.ts'
import { lockInbox } from '../inbox/inbox-lock.ts'
import { inboxMigrations } from '../inbox/inbox-migrations.ts'
import { createLog } from '../observe/pino-log.ts'
import { createSecrets } from '../observe/redact.ts'
import { KyselyDatabase } from '../storage/kysely-database.ts'
import { type DownChoice, lossesOf, newestSteps, type StepToUndo, undoSteps } from '../storage/migration-down.ts'
import {
  type AnyDatabase,
  type MigrationSet,
  type MigrationState,
  migrateUp,
  migrationStates,
} from '../storage/migrator.ts'
import { openUnmigrated } from '../storage/open-database.ts'
import { storagePlace } from '../storage/settings.ts'
import { kyselyOnSqlite, openSqliteFile } from '../storage/sqlite.ts'
import { migrationSets } from './migration-sets.ts'

/** The migrations of a bot's database: of the kernel, the inbox and the plugins in the list. */
export interface Migrations extends AsyncDisposable {
  /** Every step, applied or not, and those of other versions. Makes nothing, not even a SQLite file. */
  status(): Promise<readonly MigrationState[]>
  /** Runs the steps that are missing; returns them as `owner/name`. @throws STORAGE_NEWER */
  up(): Promise<readonly string[]>
  /**
   * The newest steps, and what undoing them loses; nothing is undone yet. On SQLite no bot may run meanwhile.
   * @throws STORAGE_OWNER_UNKNOWN, STORAGE_NEWER, INBOX_IN_USE
   */
  planDown(choice?: DownChoice): Promise<readonly StepToUndo[]>
  /** Undoes what was planned. @throws INBOX_IN_USE, STORAGE_STEP_GONE */
  down(plan: readonly StepToUndo[]): Promise<void>
}

/** Where settings come from besides the configuration, and where warnings go. */
export interface MigrationsOptions extends ConfigSources {
  /** Gets the lines of the log instead of standard output. */
  readonly logTo?: { write(line: string): void } | undefined
}

/** A database, and the steps that are run in it. */
interface Place {
  readonly sets: readonly MigrationSet[]
  exists(): boolean
  open(): Promise<AnyDatabase>
}

/**
 * Opens the migrations of a configuration's database. The bot itself need not run.
 * @throws CONFIG_INVALID, STORAGE_UNAVAILABLE and other STORAGE_… errors
 */
export async function openMigrations(config: BotConfig, given: MigrationsOptions = {}): Promise<Migrations> {
  const { options, secrets: passwords } = resolveConfig(config, completeSources(config, given))
  // An index over a large table takes its time.
  const settings = { ...options.database, statementTimeoutMs: 0, clockOffsetMs: options.clock.offsetMs }
  const place = storagePlace(settings)
  const secrets = createSecrets()
  for (const password of passwords()) secrets.learn(password, 'key')
  const stack = new AsyncDisposableStack()
  const log = await createLog({ level: 'warn', format: options.log.format, secrets, destination: given.logTo })
  stack.defer(() => log.close())
  const botSets = migrationSets(config.plugins ?? [])
  const openBot = async (): Promise<AnyDatabase> => stack.use(await openUnmigrated(settings, log))
  const places: readonly Place[] =
    place.flavour === 'postgres'
      ? [{ sets: [...botSets, inboxMigrations], exists: () => true, open: once(openBot) }]
      : [
          { sets: botSets, exists: () => existsSync(join(place.folder, 'bot.db')), open: once(openBot) },
          {
            sets: [inboxMigrations],
            exists: () => existsSync(join(place.folder, 'inbox.db')),
            open: once(async () => {
              const file = openSqliteFile(place.folder, 'inbox.db', { synchronous: 'full', busyMs: 5000 })
              stack.defer(() => void file.close())
              return new KyselyDatabase({ flavour: 'sqlite', kysely: kyselyOnSqlite(file), clockOffsetMs: 0 })
            }),
          },
        ]
  const alone = once(async () => {
    if (place.flavour !== 'sqlite') return
    const lock = lockInbox(place.folder)
    stack.defer(() => lock.release())
  })
  const statusOf = async ({ sets, exists, open }: Place): Promise<readonly MigrationState[]> =>
    exists() ? migrationStates(await open(), sets) : sets.flatMap(missingSteps)
  const status = async () => (await Promise.all(places.map(statusOf))).flat()
  const hasOwner = ({ sets }: Place, owner: string) => sets.some((set) => set.owner === owner)

  return {
    status,
    async up() {
      const ran: string[] = []
      for (const { sets, open } of places) ran.push(...(await migrateUp(await open(), sets, log)))
      return ran
    },
    async planDown(choice = {}) {
      await alone()
      const steps = newestSteps(await status(), choice)
      const plans = places.map(async (each) => {
        const own = steps.filter(({ owner }) => hasOwner(each, owner))
        return own.length === 0 ? [] : lossesOf(await each.open(), each.sets, own)
      })
      const planned = (await Promise.all(plans)).flat()
      return steps.flatMap(({ owner, name }) => planned.filter((step) => step.owner === owner && step.name === name))
    },
    async down(plan) {
      await alone()
      for (const each of places) {
        const own = plan.filter(({ owner }) => hasOwner(each, owner))
        if (own.length > 0) await undoSteps(await each.open(), each.sets, own)
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function missingSteps({ owner, steps }: MigrationSet): MigrationState[] {
  return steps.map(({ name, breaking }) => ({
    ...{ owner, name, appliedAtMs: undefined, known: true, breaking: breaking ?? false },
  }))
}

function once<Result>(open: () => Promise<Result>): () => Promise<Result> {
  let opening: Promise<Result> | undefined
  return () => {
    opening ??= open()
    return opening
  }
}
