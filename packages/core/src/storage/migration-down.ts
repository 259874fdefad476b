import { type Kysely, sql } from 'kysely'
import { coreError } from '../errors/catalogue.ts'
import {
  type AnyDatabase,
  locked,
  type Migration,
  type MigrationSet,
  type MigrationState,
  migrationStates,
  type UntypedTables,
  undoStep,
} from './migrator.ts'

/** Which steps are to be undone. */
export interface DownChoice {
  /** `core`, `inbox`, `plugin:todo`; undefined: whoever has the newest steps. */
  readonly owner?: string | undefined
  /** How many, the newest first. Default 1. */
  readonly steps?: number | undefined
}

/** A step that is to be undone, and what goes with it. */
export interface StepToUndo {
  readonly owner: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly appliedAtMs: number
  /** `table p_todo_list with 12 rows`, `column due of p_todo_list (12 rows)`, and what the step says of itself. */
  readonly loses: readonly string[]
}

/**
 * The newest applied steps, newest first.
 * @throws STORAGE_OWNER_UNKNOWN, STORAGE_NEWER when one of them is of another version of the program
 */
export function newestSteps(states: readonly MigrationState[], { owner, steps = 1 }: DownChoice): MigrationState[] {
  const owners = [...new Set(states.map((state) => state.owner))]
  if (owner !== undefined && !owners.includes(owner))
    throw coreError('STORAGE_OWNER_UNKNOWN', {
      message: `nobody called ${JSON.stringify(owner)} has migrations; there are ${owners.join(', ')}`,
    })
  const applied = states
    .filter((state) => state.appliedAtMs !== undefined && (owner === undefined || state.owner === owner))
    // Those of one transaction have one time: the later in the list is the newer.
    .toReversed()
    .sort((a, b) => (b.appliedAtMs ?? 0) - (a.appliedAtMs ?? 0))
    .slice(0, steps)
  const foreign = applied.filter(({ known }) => !known).map((state) => `${state.owner}/${state.name}`)
  if (foreign.length > 0)
    throw coreError('STORAGE_NEWER', {
      message: `this program does not have ${foreign.join(', ')}, so it cannot undo that`,
      hint: 'Run `larkspur migrate down` with the version and the plugins that brought it.',
    })
  return applied
}

/** What undoing these steps in this order loses: found by undoing them and rolling that back. */
export async function lossesOf(
  database: AnyDatabase,
  sets: readonly MigrationSet[],
  steps: readonly MigrationState[],
): Promise<StepToUndo[]> {
  const undone: { state: MigrationState; tables: Tables; after: Tables }[] = []
  const rehearsal = locked(database, async () => {
    await expectApplied(database, sets, steps)
    for (const state of steps) {
      const { set, step } = stepOf(sets, state)
      const tables = await tablesOf(database)
      await undoStep(database, set, step)
      undone.push({ state, tables, after: await tablesOf(database) })
    }
    throw new Rehearsed()
  })
  await rehearsal.catch((error: unknown) => {
    if (!(error instanceof Rehearsed)) throw error
  })
  return Promise.all(
    undone.map(async ({ state, tables, after }) => ({
      owner: state.owner,
      name: state.name,
      appliedAtMs: state.appliedAtMs ?? 0,
      loses: [...(await losses(database, tables, after)), ...(stepOf(sets, state).step.loses ?? [])],
    })),
  )
}

/** Undoes these steps in this order, all or none. @throws STORAGE_STEP_GONE when one was undone or run again meanwhile */
export async function undoSteps(
  database: AnyDatabase,
  sets: readonly MigrationSet[],
  steps: readonly PlannedStep[],
): Promise<void> {
  await locked(database, async () => {
    await expectApplied(database, sets, steps)
    for (const { set, step } of steps.map((name) => stepOf(sets, name))) await undoStep(database, set, step)
  })
}

/** Under the lock: the plan was made before it, and others may have been at it. */
async function expectApplied(
  database: AnyDatabase,
  sets: readonly MigrationSet[],
  steps: readonly PlannedStep[],
): Promise<void> {
  const states = await migrationStates(database, sets)
  const same = (step: PlannedStep) => (state: MigrationState) =>
    state.owner === step.owner && state.name === step.name && state.appliedAtMs === step.appliedAtMs
  const gone = steps.filter((step) => !states.some(same(step))).map(({ owner, name }) => `${owner}/${name}`)
  if (gone.length > 0)
    throw coreError('STORAGE_STEP_GONE', { message: `undone or run again by somebody else: ${gone.join(', ')}` })
}

/** Ends the transaction of a rehearsal. */
class Rehearsed extends Error {}

type StepName = Pick<MigrationState, 'owner' | 'name'>
type PlannedStep = StepName & Pick<MigrationState, 'appliedAtMs'>

/** Columns by table. */
type Tables = ReadonlyMap<string, readonly string[]>

async function tablesOf(database: AnyDatabase): Promise<Tables> {
  const db = database.query as Kysely<UntypedTables>
  const tables = await db.introspection.getTables()
  const own = database.flavour === 'sqlite' ? undefined : (database.schema ?? (await currentSchema(db)))
  return new Map(
    tables
      .filter(({ schema, isView }) => !isView && (own === undefined || schema === own))
      .map(({ name, columns }) => [name, columns.map((column) => column.name)]),
  )
}

async function currentSchema(db: Kysely<UntypedTables>): Promise<string | undefined> {
  return (await sql<{ name: string }>`select current_schema() as name`.execute(db)).rows[0]?.name
}

async function losses(database: AnyDatabase, before: Tables, after: Tables): Promise<string[]> {
  const lost: string[] = []
  for (const [table, columns] of before) {
    const left = after.get(table)
    const gone = left ? columns.filter((column) => !left.includes(column)) : []
    if (left && gone.length === 0) continue
    const rows = await rowsOf(database, table)
    if (!left) lost.push(`table ${table} with ${rows}`)
    for (const column of gone) lost.push(`column ${column} of ${table} (${rows})`)
  }
  return lost
}

async function rowsOf(database: AnyDatabase, table: string): Promise<string> {
  const query = (database.query as Kysely<UntypedTables>).selectFrom(table)
  const { rows } = await query.select((e) => e.fn.countAll<number>().as('rows')).executeTakeFirstOrThrow()
  return rows === 1 ? '1 row' : `${rows} rows`
}

function stepOf(sets: readonly MigrationSet[], { owner, name }: StepName): { set: MigrationSet; step: Migration } {
  for (const set of sets) {
    const step = set.owner === owner ? set.steps.find((each) => each.name === name) : undefined
    if (step) return { set, step }
  }
  throw coreError('STORAGE_NEWER', { message: `this program does not have ${owner}/${name}, so it cannot undo it` })
}
