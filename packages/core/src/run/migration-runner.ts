import { MigrateError } from '../migrate-error.ts'
import { type Applied, currentId } from '../model/applied.ts'
import { type Finding, findingOf, refusal } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import type { Script } from '../model/script.ts'
import { type MigrationState, type Plan, plan, type Step, type UpRequest } from '../plan/plan.ts'
import type { Driver, LockOwner, Session, StopSignal } from '../ports/driver.ts'
import type { Source } from '../ports/source.ts'
import type { RunIdentity, VersionTracker } from '../ports/version-tracker.ts'
import { suggest } from '../suggest.ts'
import type { RunEvent } from './events.ts'
import type { Hooks } from './hooks.ts'
import { type LoadedMigrations, loadMigrations } from './load-migrations.ts'
import { Run } from './run.ts'
import { RunLog } from './run-log.ts'
import type { RunReport } from './run-report.ts'
import type { ScriptStore } from './script-store.ts'
import { asMigrateError } from './step-error.ts'
import type { TransactionMode } from './step-groups.ts'
import type { StepVerifier } from './step-runner.ts'
import { readStepSql } from './step-sql.ts'

/** Who runs, for the records and for those who wait for the lock. */
export interface Runner extends Omit<RunIdentity, 'runId'>, Omit<LockOwner, 'since'> {}

export interface MigrationRunnerOptions {
  readonly driver: Driver
  readonly tracker: VersionTracker
  readonly source: Source
  /** Who runs; default: an unnamed application. `processOwner()` of `@whimbrel/core/process` fills it. */
  readonly runner?: Partial<Runner>
  /** Id of the run, shared where several databases are one run; default: a new UUID. */
  readonly runId?: string
  /** Default `batch`. */
  readonly transaction?: TransactionMode | undefined
  /** How long to wait for the lock, in milliseconds; default 30,000. */
  readonly lockTimeoutMs?: number | undefined
  /** Environment, for migrations that are only for some. */
  readonly environment?: string | undefined
  /** Migrations of the other databases, for dependencies on them. */
  readonly others?: MigrationState['others']
  readonly hooks?: Hooks
  readonly onEvent?: (event: RunEvent) => void
  /** Stops between two statements: the running migration is undone. */
  readonly signal?: StopSignal
  /** Extra checks around the steps of a rollback, inside their transaction. */
  readonly verifier?: StepVerifier
}

export type UpOptions = Omit<UpRequest, 'direction' | 'environment' | 'engine'>

export interface RunOptions {
  /**
   * Versions that the plan will be about, from names alone: of other migrations no file is read, so that a wrong one
   * does not stand in the way of a rollback.
   */
  readonly only?: (names: MigrationNames) => readonly string[]
}

/** What a choice of migrations is made from. */
export interface MigrationNames {
  readonly applied: readonly Applied[]
  readonly available: readonly Pick<Migration, 'id' | 'version'>[]
}

/** Where a database stands, from files and records. */
export interface DatabaseStatus {
  readonly location: string
  readonly exists: boolean
  readonly applied: readonly Applied[]
  readonly available: MigrationState['available']
  /** What `up` would do. */
  readonly plan: Plan
  /** Everything noticed: wrong files, findings of the plan, warnings. */
  readonly findings: readonly Finding[]
  readonly sizeBytes: number | undefined
}

/** What somebody who decides about records gets to work with. */
export interface Amendment {
  /** Inside a transaction. */
  readonly session: Session
  /** Migrations of the source. */
  readonly migrations: readonly Migration[]
  /** Their SQL. */
  readonly scripts: ScriptStore
  readonly run: RunIdentity
}

interface Look extends LoadedMigrations {
  readonly state: MigrationState
  readonly exists: boolean
  readonly sizeBytes: number | undefined
}

const knownOptions = [
  'driver',
  'tracker',
  'source',
  'runner',
  'runId',
  'transaction',
  'lockTimeoutMs',
  'environment',
  'others',
  'hooks',
  'onEvent',
  'signal',
  'verifier',
] satisfies (keyof MigrationRunnerOptions)[]

/** Brings one database to where its migrations say, or says what that would take. */
export class MigrationRunner {
  readonly #options: MigrationRunnerOptions
  readonly #runId: string

  /** Throws USAGE for an option that does not exist. */
  constructor(options: MigrationRunnerOptions) {
    checkOptions(options)
    this.#options = options
    this.#runId = options.runId ?? globalThis.crypto.randomUUID()
  }

  /** Looks without a lock and without writing; wrong files are findings here. */
  async status(): Promise<DatabaseStatus> {
    const look = await this.#look()
    const upPlan = plan(look.state, this.#upRequest({ allowOutOfOrder: true }))
    return {
      location: this.#options.driver.location,
      exists: look.exists,
      applied: look.state.applied,
      available: look.state.available,
      plan: upPlan,
      findings: [...look.problems.map(findingOf), ...upPlan.findings, ...look.warnings],
      sizeBytes: look.sizeBytes,
    }
  }

  /** What `up` would do, without doing it. Throws what `up` would refuse. */
  planUp(options: UpOptions = {}): Promise<Plan> {
    return this.plan((state) => plan(state, this.#upRequest(options)))
  }

  /** Any plan, without carrying it out. Throws what `run` would refuse. */
  async plan(decide: (state: MigrationState) => Plan, options: RunOptions = {}): Promise<Plan> {
    return decided(decide, await this.#look(options))
  }

  /** The scripts that a plan would run, in its order. */
  async scripts(planned: Plan): Promise<readonly Script[]> {
    const look = await this.#look()
    const { driver, tracker } = this.#options
    const session = look.exists ? await driver.session('read') : undefined
    try {
      const read = (step: Step) =>
        readStepSql(step, {
          scripts: look.scripts,
          tracker,
          dialect: driver.dialect,
          session: session as Session,
        })
      const scripts: Script[] = []
      for (const step of planned.steps) scripts.push((await read(step)).script)
      return scripts
    } finally {
      await session?.close()
    }
  }

  /**
   * Applies what is pending. Throws a MigrateError when it is refused or fails; `reportOf(error)` then tells what was
   * applied, what failed and what was not tried.
   */
  up(options: UpOptions = {}): Promise<RunReport> {
    return this.run((state) => plan(state, this.#upRequest(options)))
  }

  /** Carries out the plan that `decide` makes, under the lock. Takes no lock where there is nothing to do. */
  async run(decide: (state: MigrationState) => Plan, options: RunOptions = {}): Promise<RunReport> {
    const look = await this.#look(options)
    const first = decidedUnlocked(decide, look)
    if (first?.steps.length === 0) {
      return this.#finish(this.#logOf(first, look), first.before)
    }
    const lock = await this.#lock()
    try {
      return await this.#carryOut(decide, look)
    } finally {
      await lock.release()
    }
  }

  /**
   * Lets somebody decide about records, under the lock and in one transaction. Wrong files are refused first. Throws
   * what `work` throws, and then nothing is changed.
   */
  async amend<T>(work: (amendment: Amendment) => Promise<T>): Promise<T> {
    const { driver, tracker, source } = this.#options
    const options = { dialect: driver.dialect, applied: [], protectedTables: tracker.tables }
    const { migrations, problems, scripts } = await loadMigrations(source, options)
    refuseProblems(problems)
    if (!(await driver.exists())) throw nothingToAmend(driver)
    const lock = await this.#lock()
    try {
      const session = await driver.session('write')
      const amendment = { session, migrations, scripts, run: this.#identity() }
      return await session.transaction(() => work(amendment)).finally(() => session.close())
    } finally {
      await lock.release()
    }
  }

  async #carryOut(decide: (state: MigrationState) => Plan, look: Look): Promise<RunReport> {
    const { driver, tracker } = this.#options
    const session = await driver.session('write')
    const applied = await closeOnError(session, () => tracker.applied(session))
    const planned = await closeOnError(session, async () =>
      decided(decide, { ...look, state: { ...look.state, applied } }),
    )
    const log = this.#logOf(planned, look)
    const run = new Run(this.#runContext(look), { plan: planned, log, session, applied })
    this.#emit({ type: 'run-started', runId: this.#runId, plan: planned, creates: !look.exists })
    try {
      await run.carryOut()
      return this.#finish(log, await this.#readBack(run.session, log))
    } catch (error) {
      throw await this.#withReport(asMigrateError(error), { log, run, planned })
    } finally {
      await run.session.close()
    }
  }

  /** Reads the records after the last commit: nobody is told "done" of something that is not there. */
  async #readBack(session: Session, log: RunLog): Promise<string | null> {
    const records = await this.#options.tracker.applied(session)
    const versions = new Set(records.map(({ version }) => version))
    for (const { id, direction, migration } of log.done()) {
      if (versions.has(migration.version) !== (direction === 'up')) throw recordLost(id, this.#options.driver)
    }
    return currentId(records)
  }

  async #withReport(
    error: MigrateError,
    { log, run, planned }: { log: RunLog; run: Run; planned: Plan },
  ): Promise<MigrateError> {
    const after = await this.#readBack(run.session, log).catch(() => planned.before)
    const { code, message, hint, details, cause } = error
    const report = log.report(after, error)
    this.#emit({ type: 'run-finished', report })
    return new MigrateError(code, message, { hint, details: { ...details, report }, cause: cause ?? error })
  }

  #finish(log: RunLog, after: string | null): RunReport {
    const report = log.report(after)
    this.#emit({ type: 'run-finished', report })
    return report
  }

  async #look({ only }: RunOptions = {}): Promise<Look> {
    const { driver, tracker, source, others } = this.#options
    const exists = await driver.exists()
    const { applied, sizeBytes } = exists ? await this.#records() : { applied: [], sizeBytes: undefined }
    const loaded = await loadMigrations(source, {
      dialect: driver.dialect,
      applied,
      protectedTables: tracker.tables,
      only: only && ((entries) => only({ applied, available: entries })),
    })
    const { migrations, problems, warnings, scripts } = loaded
    return {
      exists,
      sizeBytes,
      migrations,
      problems,
      warnings,
      scripts,
      state: { available: migrations, applied, others },
    }
  }

  async #records(): Promise<{ applied: readonly Applied[]; sizeBytes: number | undefined }> {
    const session = await this.#options.driver.session('read')
    try {
      const applied = await this.#options.tracker.applied(session)
      return { applied, sizeBytes: await session.inspector?.sizeBytes() }
    } finally {
      await session.close()
    }
  }

  #lock() {
    const { driver, runner, lockTimeoutMs = 30_000, signal } = this.#options
    const owner = {
      host: runner?.host ?? 'unknown',
      pid: runner?.pid ?? 0,
      command: runner?.command ?? 'an application',
      since: new Date().toISOString(),
    }
    const onWait = (holder: LockOwner | undefined) => this.#emit({ type: 'lock-waiting', holder })
    return driver.lock(owner, { timeoutMs: lockTimeoutMs, onWait, signal })
  }

  #identity(): RunIdentity {
    const { runner } = this.#options
    return {
      runId: this.#runId,
      by: runner?.by ?? 'an application',
      toolVersion: runner?.toolVersion ?? 'unknown',
    }
  }

  #runContext(look: Look) {
    const { driver, tracker, transaction = 'batch', hooks = {}, signal, verifier } = this.#options
    const identity = this.#identity()
    const emit = (event: RunEvent) => this.#emit(event)
    const { scripts } = look
    const { dialect } = driver
    return {
      driver,
      dialect,
      tracker,
      scripts,
      identity,
      transaction,
      hooks,
      emit,
      signal,
      verifier,
    }
  }

  #logOf(planned: Plan, look: Look): RunLog {
    const findings = [...planned.findings, ...look.warnings]
    return new RunLog(planned, { runId: this.#runId, findings })
  }

  #upRequest(options: UpOptions): UpRequest {
    const { environment, driver } = this.#options
    return { ...options, direction: 'up', environment, engine: driver.dialect.name }
  }

  #emit(event: RunEvent): void {
    this.#options.onEvent?.(event)
  }
}

/** A plan that may be carried out; throws for wrong files and blocking findings. */
function decided(decide: (state: MigrationState) => Plan, look: Look): Plan {
  refuseProblems(look.problems)
  const planned = decide(look.state)
  const error = refusal(planned.findings)
  if (error !== undefined) throw error
  return planned
}

/** Like `decided`; undefined where a migration is in doubt, which may only be another run that is in the middle of it. */
function decidedUnlocked(decide: (state: MigrationState) => Plan, look: Look): Plan | undefined {
  try {
    return decided(decide, look)
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'IN_DOUBT') return undefined
    throw error
  }
}

/** Throws the first of several wrong files, with all of them in `details.findings`. */
function refuseProblems(problems: readonly MigrateError[]): void {
  const [problem] = problems
  if (problem === undefined) return
  const { code, message, hint, details, cause } = problem
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const findings = problems.map(findingOf)
  throw new MigrateError(code, message + rest, { hint, details: { ...details, findings }, cause })
}

function nothingToAmend({ location }: Driver): MigrateError {
  return new MigrateError('DATABASE_MISSING', `There is no database at ${location}, so it has no records`, {
    hint: 'Check the path, or run "whimbrel up" to create it',
  })
}

async function closeOnError<T>(session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await session.close()
    throw error
  }
}

function recordLost(id: string, driver: Driver): MigrateError {
  return new MigrateError(
    'RECORD_LOST',
    `${driver.location} was changed, but the record of ${id} is not there`,
    {
      hint: 'Look for a trigger on the tracking table or another process that writes to it, and compare the schema',
      details: { migration: id },
    },
  )
}

function checkOptions(options: MigrationRunnerOptions): void {
  for (const name of Object.keys(options)) {
    if ((knownOptions as readonly string[]).includes(name)) continue
    const near = suggest(name, knownOptions)
    throw new MigrateError('USAGE', `MigrationRunner has no option "${name}"`, {
      hint: near === undefined ? `Its options are ${knownOptions.join(', ')}` : `Did you mean "${near}"?`,
    })
  }
}
