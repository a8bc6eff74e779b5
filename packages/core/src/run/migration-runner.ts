import { MigrateError } from '../migrate-error.ts'
import type { Applied } from '../model/applied.ts'
import { type Finding, findingOf } from '../model/finding.ts'
import type { Script } from '../model/script.ts'
import { type MigrationState, type Plan, plan, type Step, type UpRequest } from '../plan/plan.ts'
import type { Driver, LockOwner, Session } from '../ports/driver.ts'
import type { RunIdentity } from '../ports/version-tracker.ts'
import type { Coordination } from './coordination.ts'
import { type Decide, decided, decidedUnlocked, refuseProblems } from './decide.ts'
import { Listener } from './listener.ts'
import { type LoadedMigrations, loadMigrations } from './load-migrations.ts'
import { LockedRun, runLog } from './locked-run.ts'
import { type Look, type RunOptions, takeLook } from './look.ts'
import type { RunReport } from './run-report.ts'
import { checkOptions, type MigrationRunnerOptions } from './runner-options.ts'
import { stepGroups } from './step-groups.ts'
import { readStepSql, remaining } from './step-sql.ts'
import { refuseUnfinishedRun } from './unfinished-run.ts'
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
    const look = await takeLook(this.#options, { notices: true })
    const upPlan = plan(look.state, this.#upRequest({ allowOutOfOrder: true }))
    return {
      location: this.#options.driver.location,
      exists: look.exists,
      applied: look.state.applied,
      available: look.state.available,
      plan: upPlan,
      findings: [...look.problems.map(findingOf), ...look.notices, ...upPlan.findings, ...look.warnings],
      sizeBytes: look.sizeBytes,
    }
  }

  /** Files and records, without a lock. Throws for wrong files. */
  async state(options: RunOptions = {}): Promise<MigrationState> {
    const { problems, state } = await takeLook(this.#options, options)
    refuseProblems(problems)
    return state
  }

  /** What `up` would do, without doing it. Throws what `up` would refuse. */
  planUp(options: UpOptions = {}): Promise<Plan> {
    return this.plan((state) => plan(state, this.#upRequest(options)))
  }

  /** Any plan, without carrying it out. Throws what `run` would refuse. */
  async plan(decide: Decide, options: RunOptions = {}): Promise<Plan> {
    const planned = await decided(decide, await takeLook(this.#options, options))
    this.#checkGroups(planned)
    return planned
  }

  /** The scripts that a plan would run, in its order. */
  async scripts(planned: Plan): Promise<readonly Script[]> {
    return this.#scriptsOf(planned.steps, await takeLook(this.#options))
  }

  async #scriptsOf(steps: readonly Step[], { scripts, exists }: Look): Promise<readonly Script[]> {
    const { driver, tracker } = this.#options
    const isKept = steps.some(({ script }) => script === 'kept')
    const session = exists && isKept ? await driver.session('read') : undefined
    try {
      const places = { scripts, tracker, dialect: driver.dialect, session: session as Session }
      const found: Script[] = []
      for (const step of steps) found.push(remaining((await readStepSql(step, places)).script, step))
      return found
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
    const listener = new Listener(this.#options.onEvent)
    const look = await takeLook(this.#options, options)
    const first = await decidedUnlocked(decide, look)
    if (first !== undefined) this.#checkGroups(first)
    if (first?.steps.length === 0) {
      return listener.finished(runLog(first, { look, runId: this.#runId }).report(first.before))
    }
    if (first !== undefined) await this.#ahead(first, { creates: !look.exists, look: async () => look })
    const lock = await this.#lock(listener)
    const run = new LockedRun(this.#options, { identity: this.#identity(), listener })
    return withClosing(
      () => lock.release(),
      async () => {
        await this.#refuseUnfinished()
        return run.carryOut(decide, { look, options })
      },
    )
  }

  /**
   * Carries out a plan that is made together with those of other databases, in one transaction, and keeps it or undoes
   * it with them. Takes the lock also where there is nothing to do. Throws as `run` does.
   */
  async join(coordination: Coordination, options: RunOptions = {}): Promise<RunReport> {
    const listener = new Listener(this.#options.onEvent)
    const lock = await this.#lock(listener)
    const run = new LockedRun(this.#options, { identity: this.#identity(), listener, coordination })
    const decide = (state: MigrationState) => coordination.decide(state)
    return withClosing(
      () => lock.release(),
      async () => {
        try {
          await this.#refuseUnfinished()
          const look = await takeLook(this.#options, options)
          const report = await run.carryOut(decide, { look, options })
          await coordination.leave()
          return report
        } catch (error) {
          await coordination.leave(error)
          throw error
        }
      },
    )
  }

  /** Asks the safeguard about a plan that is to be carried out, before anything is touched. Throws what it throws. */
  async ahead(planned: Plan): Promise<void> {
    if (this.#options.safeguard?.ahead === undefined || planned.steps.length === 0) return
    const versions = planned.steps.map(({ migration }) => migration.version)
    let look: Promise<Look> | undefined
    await this.#ahead(planned, {
      creates: !(await this.#options.driver.exists()),
      // Few safeguards read a script, and then of few databases.
      look: () => {
        look ??= takeLook(this.#options, { only: () => versions })
        return look
      },
    })
  }

  async #ahead(
    planned: Plan,
    { creates, look }: { readonly creates: boolean; readonly look: () => Promise<Look> },
  ): Promise<void> {
    const { safeguard, driver } = this.#options
    await safeguard?.ahead?.({
      plan: planned,
      driver,
      creates,
      scriptOf: async (step) => (await this.#scriptsOf([step], await look()))[0] as Script,
    })
  }

  /** Lets somebody decide about records, under the lock and in one transaction: what `work` throws undoes it. */
  async amend<T>(work: (amendment: Amendment) => Promise<T>): Promise<T> {
    const { driver, tracker, source } = this.#options
    if (!(await driver.exists())) throw missingDatabase(driver)
    const lock = await this.#lock(new Listener(this.#options.onEvent))
    return withClosing(
      () => lock.release(),
      async () => {
        await this.#refuseUnfinished()
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

  async #refuseUnfinished(): Promise<void> {
    const { driver, unfinishedRuns = 'refuse' } = this.#options
    if (unfinishedRuns === 'refuse') await refuseUnfinishedRun(driver)
  }

  /** Throws where the steps cannot share transactions as they are asked to. */
  #checkGroups({ steps }: Plan): void {
    const { transaction, driver } = this.#options
    stepGroups(steps, transaction ?? driver.dialect.transaction)
  }

  #lock(listener: Listener) {
    const { driver, runner, lockTimeoutMs = 30_000, signal } = this.#options
    const owner = {
      host: runner?.host ?? 'unknown',
      pid: runner?.pid ?? 0,
      command: runner?.command ?? 'an application',
      since: new Date().toISOString(),
    }
    const onWait = (holder: LockOwner | undefined) => listener.tell({ type: 'lock-waiting', holder })
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

  #upRequest(options: UpOptions): UpRequest {
    const { environment, driver } = this.#options
    return { ...options, direction: 'up', environment, engine: driver.dialect.name }
  }
}

/** Somebody expected a database with records. */
function missingDatabase({ location }: Driver): MigrateError {
  return new MigrateError('DATABASE_MISSING', `There is no database at ${location}, so it has no records`, {
    hint: 'Check the path; "whimbrel up" would create it',
  })
}
