import { loadConfigFile, type MigrationState, openMigrations, type StepToUndo } from '@larkspur/core'
import { confirmed } from '../output/confirm.ts'
import { styled } from '../output/style.ts'
import { table } from '../output/table.ts'

/** Options of every `larkspur migrate …`. */
export interface MigrateOptions {
  readonly cwd: string
  readonly config?: string | undefined
}

/** Options of `larkspur migrate status`. */
export interface MigrateStatusOptions extends MigrateOptions {
  readonly check: boolean
  readonly json: boolean
}

/** Options of `larkspur migrate down`. */
export interface MigrateDownOptions extends MigrateOptions {
  readonly owner?: string | undefined
  readonly steps: number
  readonly yes: boolean
}

/** `larkspur migrate up`: runs the migrations that the database lacks. */
export async function migrateUp(options: MigrateOptions): Promise<number> {
  await using migrations = await open(options)
  const ran = await migrations.up()
  for (const step of ran) process.stdout.write(`+ ${step}\n`)
  process.stdout.write(`The database is up to date${ran.length === 0 ? '; there was nothing to run' : ''}.\n`)
  return 0
}

/** `larkspur migrate status`: every migration and when it was applied. */
export async function migrateStatus(options: MigrateStatusOptions): Promise<number> {
  await using migrations = await open(options)
  const states = await migrations.status()
  const missing = states.filter(({ appliedAtMs }) => appliedAtMs === undefined)
  const refusing = states.filter(({ known, breaking }) => !known && breaking)
  if (options.json) process.stdout.write(`${JSON.stringify(states.map(jsonState), undefined, 2)}\n`)
  else {
    process.stdout.write(table([['OWNER', 'MIGRATION', 'APPLIED', ''], ...states.map(row)]))
    if (missing.length > 0) process.stdout.write(`\n${missing.length} to run: larkspur migrate up\n`)
    if (refusing.length > 0)
      process.stdout.write('\nA newer program made breaking changes: this one refuses to start on the database.\n')
  }
  return options.check && missing.length + refusing.length > 0 ? 1 : 0
}

/** `larkspur migrate down`: undoes the newest migrations, after saying what is lost. */
export async function migrateDown(options: MigrateDownOptions): Promise<number> {
  await using migrations = await open(options)
  const plan = await migrations.planDown(options)
  if (plan.length === 0) {
    process.stdout.write('There is nothing to undo.\n')
    return 0
  }
  process.stdout.write(`${planText(plan)}\n`)
  if (!options.yes && !(await confirmed('Undo it, and lose that?'))) {
    process.stdout.write('Nothing was changed.\n')
    return 1
  }
  await migrations.down(plan)
  for (const { owner, name } of plan) process.stdout.write(`- ${owner}/${name}\n`)
  return 0
}

async function open({ cwd, config: file }: MigrateOptions) {
  // Paths in the configuration, sqlite:<folder> above all, are relative to the bot's folder.
  process.chdir(cwd)
  const { config } = await loadConfigFile({ cwd: process.cwd(), file })
  return openMigrations(config, { logTo: { write: (line) => void process.stderr.write(line) } })
}

function row({ owner, name, appliedAtMs, known, breaking }: MigrationState): readonly string[] {
  const applied = appliedAtMs === undefined ? styled('yellow', 'not yet') : timeText(appliedAtMs)
  const notes = [...(breaking ? ['breaking'] : []), ...(known ? [] : ['unknown to this program'])]
  return [owner, name, applied, notes.join(', ')]
}

function jsonState({ owner, name, appliedAtMs, known, breaking }: MigrationState) {
  return { owner, name, appliedAt: appliedAtMs === undefined ? null : timeText(appliedAtMs), known, breaking }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}

function planText(plan: readonly StepToUndo[]): string {
  const lines = plan.flatMap(({ owner, name, appliedAtMs, loses }) => [
    `  ${owner}/${name}, applied ${timeText(appliedAtMs)}`,
    ...loses.map((what) => styled('red', `    loses ${what}`)),
  ])
  return [`This undoes ${plan.length === 1 ? 'one migration' : `${plan.length} migrations`}:`, ...lines].join('\n')
}
