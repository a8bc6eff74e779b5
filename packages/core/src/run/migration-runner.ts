import { MigrateError } from '../migrate-error.ts'
import { type Applied, currentId } from '../model/applied.ts'
import { type Finding, findingOf } from '../model/finding.ts'
import type { Script } from '../model/script.ts'
import { type MigrationState, type Plan, plan, type Step, type UpRequest } from '../plan/plan.ts'
import type { Driver, LockOwner, Session } from '../ports/driver.ts'
import type { RunIdentity } from '../ports/version-tracker.ts'
import { type Decide, decided, decidedUnlocked, refuseProblems } from './decide.ts'
import type { RunEvent } from './events.ts'
import { type LoadedMigrations, loadMigrations } from './load-migrations.ts'
import { type Look, type RunOptions, takeLook } from './look.ts'
import { Run } from './run.ts'
import { recordLostError, withDetail } from './run-errors.ts'
import { RunLog } from './run-log.ts'
import type { RunReport } from './run-report.ts'
import { checkOptions, type MigrationRunnerOptions } from './runner-options.ts'
import type { Safety } from './safeguard.ts'
import { asMigrateError } from './step-error.ts'
import { stepGroups } from './step-groups.ts'
import { readStepSql } from './step-sql.ts'
import { withClosing } from './with-closing.ts'

export type UpOptions = Omit<UpRequest, 'direction' | 'environment' | 'engine'>

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
  /** Reads the source. Throws for wrong files. */
  readonly load: () => Promise<LoadedMigrations>
  readonly run: RunIdentity
}

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
    const look = await takeLook(this.#options)
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
  async plan(decide: Decide, options: RunOptions = {}): Promise<Plan> {
    const planned = decided(decide, await takeLook(this.#options, options))
    this.#checkGroups(planned)
    return planned
  }

  /** The scripts that a plan would run, in its order. */
  async scripts(planned: Plan): Promise<readonly Script[]> {
    const look = await takeLook(this.#options)
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
  async run(decide: Decide, options: RunOptions = {}): Promise<RunReport> {
    const look = await takeLook(this.#options, options)
    const first = decidedUnlocked(decide, look)
    if (first !== undefined) this.#checkGroups(first)
    if (first?.steps.length === 0) {
      return this.#finish(this.#logOf(first, look), first.before)
    }
    const lock = await this.#lock()
    return withClosing(
      () => lock.release(),
      () => this.#carryOut(decide, { look, options }),
    )
  }

  /** Lets somebody decide about records, under the lock and in one transaction: what `work` throws undoes it. */
  async amend<T>(work: (amendment: Amendment) => Promise<T>): Promise<T> {
    const { driver, tracker, source } = this.#options
    if (!(await driver.exists())) throw missingDatabase(driver)
    const lock = await this.#lock()
    return withClosing(
      () => lock.release(),
      async () => {
        const session = await driver.session('write')
        const load = async () => {
          const options = { dialect: driver.dialect, applied: [], protectedTables: tracker.tables }
          const loaded = await loadMigrations(source, options)
          refuseProblems(loaded.problems)
          return loaded
        }
        const amendment = { session, load, run: this.#identity() }
        return withClosing(
          () => session.close(),
          () => session.transaction(() => work(amendment)),
        )
      },
    )
  }

  async #carryOut(
    decide: Decide,
    { look, options }: { look: Look; options: RunOptions },
  ): Promise<RunReport> {
    const { driver, tracker } = this.#options
    const session = await driver.session('write')
    let run: Run | undefined
    return withClosing(
      () => (run?.session ?? session).close(),
      async () => {
        const applied = await tracker.applied(session)
        // Somebody was faster: which files are needed, and what they are compared with, may have changed, too.
        const now = sameRecords(applied, look.state.applied) ? look : await takeLook(this.#options, options)
        const planned = decided(decide, { ...now, state: { ...now.state, applied } })
        await this.#checkKept(planned, { session, look: now })
        const safety = await this.#protect(planned, { session, look: now })
        const log = this.#logOf(planned, now, safety)
        run = new Run(this.#runContext(now, safety), { plan: planned, log, session, applied })
        this.#emit({ type: 'run-started', runId: this.#runId, plan: planned, creates: !look.exists })
        return this.#finished(run, { log, planned })
      },
    )
  }

  /** Everything that a rollback will take from the database instead of a file is there and is what was applied. */
  async #checkKept({ steps }: Plan, { session, look }: { session: Session; look: Look }): Promise<void> {
    const { tracker, driver } = this.#options
    const places = { scripts: look.scripts, tracker, dialect: driver.dialect, session }
    for (const step of steps) if (step.script === 'kept') await readStepSql(step, places)
  }

  /** Lets the safeguard look at what is about to be run, and put away what could be lost. */
  async #protect(planned: Plan, { session, look }: { session: Session; look: Look }): Promise<Safety> {
    const { safeguard, driver, tracker } = this.#options
    if (safeguard === undefined || planned.steps.length === 0) return {}
    const places = { scripts: look.scripts, tracker, dialect: driver.dialect, session }
    return safeguard.before({
      plan: planned,
      driver,
      session,
      run: this.#identity(),
      creates: !look.exists,
      trackingTables: tracker.tables,
      scriptOf: async (step) => (await readStepSql(step, places)).script,
    })
  }

  async #finished(run: Run, { log, planned }: { log: RunLog; planned: Plan }): Promise<RunReport> {
    try {
      await run.carryOut()
      const report = this.#finish(log, await this.#readBack(run.session, log))
      await this.#options.safeguard?.after?.({ report })
      return report
    } catch (error) {
      throw await this.#withReport(asMigrateError(error), { log, planned })
    }
  }

  /** Reads the records after the last commit: nobody is told "done" of something that is not there. */
  async #readBack(session: Session, log: RunLog): Promise<string | null> {
    const { tracker, driver } = this.#options
    const records = await tracker.applied(session)
    const versions = new Set(records.map(({ version }) => version))
    for (const { id, direction, migration } of log.done()) {
      if (versions.has(migration.version) !== (direction === 'up')) throw recordLostError(id, driver.location)
    }
    return currentId(records)
  }

  /** The error of a failed run with its report; where the database stands is read anew. */
  async #withReport(
    error: MigrateError,
    { log, planned }: { log: RunLog; planned: Plan },
  ): Promise<MigrateError> {
    const after = await this.#currentId().catch(() => log.done().at(-1)?.id ?? planned.before)
    const report = log.report(after, error)
    this.#emit({ type: 'run-finished', report })
    return withDetail(error, { report })
  }

  async #currentId(): Promise<string | null> {
    const { driver, tracker } = this.#options
    const session = await driver.session('read')
    const read = async () => currentId(await tracker.applied(session))
    return withClosing(() => session.close(), read)
  }

  /** Throws where the steps cannot share transactions as they are asked to. */
  #checkGroups({ steps }: Plan): void {
    stepGroups(steps, this.#options.transaction ?? 'batch')
  }

  #finish(log: RunLog, after: string | null): RunReport {
    const report = log.report(after)
    this.#emit({ type: 'run-finished', report })
    return report
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

  #runContext(look: Look, safety: Safety) {
    const { driver, tracker, transaction = 'batch', hooks = {}, signal, verifier, safeguard } = this.#options
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
      safeguard,
      safety,
    }
  }

  #logOf(planned: Plan, look: Look, safety: Safety = {}): RunLog {
    const findings = [...planned.findings, ...look.warnings]
    return new RunLog(planned, { runId: this.#runId, findings, safety })
  }

  #upRequest(options: UpOptions): UpRequest {
    const { environment, driver } = this.#options
    return { ...options, direction: 'up', environment, engine: driver.dialect.name }
  }

  #emit(event: RunEvent): void {
    this.#options.onEvent?.(event)
  }
}

/** Somebody expected a database with records. */
function missingDatabase({ location }: Driver): MigrateError {
  return new MigrateError('DATABASE_MISSING', `There is no database at ${location}, so it has no records`, {
    hint: 'Check the path; "whimbrel up" would create it',
  })
}

function sameRecords(a: readonly Applied[], b: readonly Applied[]): boolean {
  return a.length === b.length && a.at(-1)?.sequence === b.at(-1)?.sequence
}
