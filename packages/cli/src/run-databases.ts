import {
  combineSafeguards,
  MigrationRunner,
  type MigrationRunnerOptions,
  type Plan,
  type RunEvent,
  type RunReport,
  reportOf,
  type Safeguard,
  type Script,
  type Step,
} from '@whimbrel/core'
import { processOwner } from '@whimbrel/core/process'
import { type BackupProgress, backupSafeguard } from '@whimbrel/rollback-manager'
import { backupsOf } from './backups-of.ts'
import { completeError } from './complete-error.ts'
import type { Consent } from './consent.ts'
import { errorOutput, toMigrateError } from './describe-error.ts'
import { impactOutputs } from './impact-outputs.ts'
import { type DatabaseResult, failedResult, notStarted, plannedOutput, reportOutput } from './run-outputs.ts'
import { migrationsOf, type Target, type Targets } from './target.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** What one database is asked to do. */
export interface Work {
  /** Looks without changing anything; throws what `run` would refuse. */
  plan(runner: MigrationRunner, target: Target): Promise<Plan>
  run(runner: MigrationRunner, target: Target): Promise<RunReport>
}

export interface RunSettings {
  readonly targets: Targets
  readonly terminal: Terminal
  /** The command as typed, for those who wait for the lock. */
  readonly commandLine: string
  readonly onEvent?: (target: Target, event: RunEvent) => void
  /** Told how the backup before a run goes on. */
  readonly onBackup?: (target: Target, progress: BackupProgress) => void
  readonly options?: Partial<MigrationRunnerOptions>
  /** Looks after what a run of this database could lose, before the backup is taken. */
  readonly safeguard?: (target: Target) => Safeguard
  /** Of those who may have to agree; without it nobody has to. */
  readonly consent?: Consent
}

export interface RunResult {
  readonly runId: string
  readonly results: readonly DatabaseResult[]
}

/** Makes the runner of one database, as every command uses it. */
export async function runnersOf(settings: RunSettings): Promise<{
  readonly runId: string
  readonly runnerOf: (target: Target) => MigrationRunner
}> {
  const { targets, terminal, commandLine, onEvent } = settings
  const runId = crypto.randomUUID()
  const others = targets.manifest === undefined ? undefined : await migrationsOf(targets.all)
  const runner = processOwner(commandLine, version)
  const runnerOf = (target: Target) =>
    new MigrationRunner({
      driver: target.driver,
      tracker: target.tracker,
      source: target.source,
      transaction: target.transaction,
      lockTimeoutMs: target.lockTimeoutMs,
      environment: targets.environment,
      signal: terminal.signal,
      runner,
      runId,
      name: target.name,
      others,
      onEvent: (event) => {
        noteRunning(terminal, target, event)
        onEvent?.(target, event)
      },
      safeguard: safeguardsOf(settings, target),
      ...settings.options,
    })
  return { runId, runnerOf }
}

/**
 * Consent is asked for first, and what rows would be lost; then the backup is taken: nothing is put away for a run that
 * nobody agrees to.
 */
function safeguardsOf({ consent, safeguard, onBackup }: RunSettings, target: Target): Safeguard {
  return combineSafeguards(
    ...(consent === undefined ? [] : [consent.safeguard(target)]),
    ...(safeguard === undefined ? [] : [safeguard(target)]),
    ...backupOf(target, onBackup),
  )
}

/** The backup that is taken before a run, where one can be made. */
function backupOf(target: Target, onBackup: RunSettings['onBackup']): readonly Safeguard[] {
  const { backup, driver } = target
  if (driver.snapshots === undefined) return []
  const onProgress = (progress: BackupProgress) => onBackup?.(target, progress)
  return [backupSafeguard({ backups: backupsOf(target), before: backup.before, onProgress })]
}

/** So that the main thread can say what it interrupts. */
function noteRunning({ running }: Terminal, { name }: Target, event: RunEvent): void {
  if (event.type === 'step-started') {
    const { direction, migration } = event.step
    const { id, transactional } = migration
    running?.write({ database: name, migration: id, direction, transactional })
  } else if (event.type === 'committed' || event.type === 'run-finished') {
    running?.write(undefined)
  }
}

/**
 * Runs databases one after the other, each on its own: the first failure leaves those after it untouched. With
 * several, all are planned first, so that bad input in the last one stops the first one, too.
 */
export async function runDatabases(work: Work, settings: RunSettings): Promise<RunResult> {
  const { runId, runnerOf } = await runnersOf(settings)
  const { selected } = settings.targets
  if (selected.length > 1) {
    const planned = await eachDatabase(selected, (target) =>
      checked(target, agreed(target, { work, runner: runnerOf(target), consent: settings.consent })),
    )
    if (planned.some(({ error }) => error !== undefined)) return { runId, results: planned }
  }
  const results: DatabaseResult[] = []
  for (const target of selected) {
    const failed = results.some(({ error }) => error !== undefined)
    results.push(await (failed ? notStarted(target) : executed(target, work.run(runnerOf(target), target))))
  }
  return { runId, results }
}

/** Plans databases without changing any. */
export async function planDatabases(
  work: Pick<Work, 'plan'>,
  settings: RunSettings & { sql: boolean },
): Promise<RunResult> {
  const { runId, runnerOf } = await runnersOf(settings)
  const results = await eachDatabase(settings.targets.selected, async (target) => {
    const runner = runnerOf(target)
    try {
      const plan = await work.plan(runner, target)
      const statements = settings.sql ? await statementsOf(runner, plan) : []
      const impact = await impactOutputs(target, { plan, runner })
      return { output: plannedOutput(target, { plan, statements, impact }), plan }
    } catch (error) {
      return failedResult(target, toMigrateError(error))
    }
  })
  return { runId, results }
}

async function statementsOf(runner: MigrationRunner, plan: Plan): Promise<readonly string[][]> {
  const scripts = await runner.scripts(plan)
  return scripts.map(({ sql, statements }) => statements.map(({ start, end }) => sql.slice(start, end)))
}

async function eachDatabase<Result>(
  targets: readonly Target[],
  work: (target: Target) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (const target of targets) results.push(await work(target))
  return results
}

/** Plans, and asks where somebody has to agree: before the first database is touched. */
async function agreed(
  target: Target,
  { work, runner, consent }: { work: Work; runner: MigrationRunner; consent: Consent | undefined },
): Promise<Plan> {
  const plan = await work.plan(runner, target)
  if (consent === undefined || plan.steps.length === 0) return plan
  const scriptOf = async (step: Step) => (await runner.scripts({ ...plan, steps: [step] }))[0] as Script
  const creates = !(await target.driver.exists())
  await consent.safeguard(target).ahead?.({ plan, driver: target.driver, creates, scriptOf })
  return plan
}

async function checked(target: Target, planning: Promise<Plan>): Promise<DatabaseResult> {
  try {
    await planning
    return await notStarted(target)
  } catch (thrown) {
    const error = toMigrateError(thrown)
    // It may only be another run in the middle of it: this one asks again when it has the lock.
    return error.code === 'IN_DOUBT' ? notStarted(target) : failedResult(target, error)
  }
}

async function executed(target: Target, running: Promise<RunReport>): Promise<DatabaseResult> {
  try {
    return { output: reportOutput(target, await running) }
  } catch (thrown) {
    const error = completeError(toMigrateError(thrown), target.flags)
    const report = reportOf(error)
    if (report === undefined) return failedResult(target, error)
    return { output: { ...reportOutput(target, report), error: errorOutput(error) }, error }
  }
}
