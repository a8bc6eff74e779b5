import type { MigrateError } from '../migrate-error.ts'
import type { Applied } from '../model/applied.ts'
import type { TransactionMode } from '../model/transaction-mode.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { Driver, Session, TransactionOptions } from '../ports/driver.ts'
import type { Attempt, RunIdentity } from '../ports/version-tracker.ts'
import { CommitFate } from './commit-fate.ts'
import type { Coordination } from './coordination.ts'
import { commitUnknownError, movedError, notRecordedError, withDetail } from './run-errors.ts'
import type { RunLog } from './run-log.ts'
import type { Safety } from './safeguard.ts'
import type { ScriptStore } from './script-store.ts'
import { asMigrateError } from './step-error.ts'
import { type StepGroup, stepGroups } from './step-groups.ts'
import { type StepContext, type StepFigures, StepRunner, type StepWork } from './step-runner.ts'
import { readStepSql } from './step-sql.ts'

export interface RunContext extends Omit<StepContext, 'session'> {
  readonly driver: Driver
  readonly scripts: ScriptStore
  readonly identity: RunIdentity
  readonly transaction: TransactionMode
  readonly safety: Safety
  readonly coordination?: Coordination | undefined
  /** A transaction that is ready may outlast its session: somebody knows what to do with it. */
  readonly outlasts: boolean
}

export interface RunWork {
  readonly plan: Plan
  readonly log: RunLog
  readonly session: Session
  /** Records that the plan was made from. */
  readonly applied: readonly Applied[]
}

/** A step that failed, and what is to be written down of it. */
interface Failure {
  readonly attempt: Attempt
  readonly durationMs: number
  readonly error: MigrateError
}

/** A step that is done and not recorded yet. */
interface Done {
  readonly work: StepWork
  readonly figures: StepFigures
}

/** How many characters of SQL may wait for their records: not all files are held at once. */
const HELD_CHARACTERS = 1024 * 1024

function charactersOf({ work }: Done): number {
  const { up, down } = work.sql.kept
  return up.length + (down?.length ?? 0)
}

/** Carries out one plan in one session, under a lock that the caller holds. */
export class Run {
  readonly #context: RunContext
  readonly #plan: Plan
  readonly #log: RunLog
  readonly #fate: CommitFate
  #session: Session
  #steps: StepRunner
  #failure: Failure | undefined
  #index = 0
  #unseen: readonly Applied[] | undefined
  #isVerifying = false
  /** Whether the tracker has what it needs. */
  #prepared: 'no' | 'in-transaction' | 'yes' = 'no'

  constructor(context: RunContext, { plan, log, session, applied }: RunWork) {
    this.#context = context
    this.#fate = new CommitFate(context)
    this.#plan = plan
    this.#log = log
    this.#unseen = applied
    this.#session = session
    this.#steps = new StepRunner({ ...context, session })
  }

  /** The session in use now: the caller closes it. */
  get session(): Session {
    return this.#session
  }

  /** Runs every group. Throws the error that ended it; the log says what became of each step. */
  async carryOut(): Promise<void> {
    await this.#beforeRun()
    const groups = stepGroups(this.#plan.steps, this.#context.transaction)
    for (const [index, group] of groups.entries()) {
      if (groups[index - 1]?.transactional === false) await this.#renew()
      await (group.transactional ? this.#runTogether(group) : this.#runAlone(group))
      if (this.#failure !== undefined) throw this.#failure.error
    }
  }

  async #beforeRun(): Promise<void> {
    const { hooks } = this.#context
    if (this.#plan.steps.length === 0 || !hooks.has('beforeRun')) return
    await hooks.ofRun('beforeRun', { plan: this.#plan, session: this.#session })
    await this.#renew()
  }

  async #runTogether(group: StepGroup): Promise<void> {
    const { coordination, safety } = this.#context
    if (!this.#session.capabilities.transactionalDdl) await this.#prepareApart()
    await coordination?.begin(safety)
    try {
      await this.#transaction(() => this.#runEach(group.steps), { foreignKeys: group.foreignKeys })
    } catch (error) {
      await this.#afterLoss(group, asMigrateError(error))
    }
    this.#committed(group)
  }

  async #runEach(steps: readonly Step[]): Promise<void> {
    await this.#lookAgain()
    await this.#beginVerifying()
    const done: Done[] = []
    let last: Done | undefined
    let held = 0
    for (const step of steps) {
      await this.#context.coordination?.turn(step)
      const finished = await this.#runInSavepoint(step)
      if (finished === undefined) break
      last = finished
      done.push(finished)
      held += charactersOf(finished)
      if (held < HELD_CHARACTERS) continue
      await this.#record(done.splice(0))
      held = 0
    }
    if (this.#failure !== undefined && this.#context.transaction === 'all') throw this.#failure.error
    await this.#endVerifying(last)
    await this.#record(done)
    if (this.#failure !== undefined) await this.#recordFailure(this.#failure)
    await this.#agree()
  }

  /** What only the commit would find out is found out before anybody decides, and as late as possible. */
  async #agree(): Promise<void> {
    const { coordination, identity, outlasts } = this.#context
    if (coordination === undefined) return
    await coordination.applied()
    await this.#session.twoPhase?.prepare(outlasts ? identity.runId : undefined)
    await coordination.ready()
  }

  /** Afterwards the step is done, or undone with its failure noted; then nothing is returned. */
  async #runInSavepoint(step: Step): Promise<Done | undefined> {
    const attempt = this.#attemptAt(step)
    const started = this.#started(step)
    try {
      const work = { step, attempt, sql: await this.#sqlOf(step) }
      const figures = await this.#steps.inSavepoint(work)
      this.#finished(step, figures)
      return { work, figures }
    } catch (error) {
      await this.#failed(step, {
        attempt,
        durationMs: performance.now() - started,
        error: asMigrateError(error),
      })
      return undefined
    }
  }

  /**
   * Writes the records of a group after its last step and before the commit: a schema change makes the engine compile
   * every statement again, and read the tracking tables' schema again, too. A record after each step would pay for
   * that a thousand times.
   */
  async #record(done: readonly Done[]): Promise<void> {
    const { tracker } = this.#context
    await this.#prepare()
    if (done.length > 1 && (await this.#recordedTogether(done))) return
    for (const { work, figures } of done) {
      const { attempt, sql, step } = work
      const { durationMs } = figures
      try {
        await tracker.finish(this.#session, attempt, { durationMs, sql: sql.kept })
      } catch (cause) {
        const error = notRecordedError(step, cause)
        await this.#failed(step, { attempt, durationMs, error })
        throw error
      }
    }
  }

  /** The same at once, where that is cheaper. False where it failed: one after the other tells which of them it was. */
  async #recordedTogether(done: readonly Done[]): Promise<boolean> {
    const { tracker } = this.#context
    if (tracker.finishAll === undefined) return false
    const finished = done.map(({ work, figures: { durationMs } }) => ({
      attempt: work.attempt,
      outcome: { durationMs, sql: work.sql.kept },
    }))
    try {
      await this.#session.transaction(async () => tracker.finishAll?.(this.#session, finished))
      return true
    } catch {
      return false
    }
  }

  /** Once in a run, unless the transaction in which it was done is undone. */
  async #prepare(): Promise<void> {
    if (this.#prepared !== 'no') return
    await this.#context.tracker.prepare(this.#session, this.#context.identity)
    this.#prepared = 'in-transaction'
  }

  async #transaction(work: () => Promise<void>, options?: TransactionOptions): Promise<void> {
    const before = this.#prepared
    try {
      await this.#session.transaction(work, options)
      if (this.#prepared !== 'no') this.#prepared = 'yes'
    } catch (error) {
      this.#prepared = before
      throw error
    }
  }

  /** Where a change of the schema commits, tables that are made beside the rows of a step would keep these. */
  async #prepareApart(): Promise<void> {
    if (this.#prepared === 'yes') return
    await this.#transaction(async () => {
      await this.#lookAgain()
      await this.#prepare()
    })
  }

  /** Statement by statement, in doubt from the first to the last. */
  async #runAlone(group: StepGroup): Promise<void> {
    await this.#prepareApart()
    await this.#beginVerifying()
    for (const step of group.steps) {
      const attempt = this.#attemptAt(step)
      const started = this.#started(step)
      try {
        this.#finished(step, await this.#steps.alone({ step, attempt, sql: await this.#sqlOf(step) }))
      } catch (thrown) {
        const durationMs = performance.now() - started
        const error = await this.#fate.ofLoneStep(step, asMigrateError(thrown))
        if (error === undefined) {
          this.#finished(step, { durationMs, rowsChanged: 0 })
          continue
        }
        await this.#failed(step, { attempt, durationMs, error })
        await this.#recordApart()
      }
    }
    this.#committed(group)
  }

  /** A statement outside a transaction, of a migration or a hook, may have changed the connection itself. */
  async #renew(): Promise<void> {
    const isNew = await this.#session.reset?.().catch(() => false)
    if (isNew !== true) await this.#reopen()
  }

  async #reopen(): Promise<void> {
    await this.#session.close()
    this.#session = await this.#context.driver.session('write')
    this.#steps = new StepRunner({ ...this.#context, session: this.#session })
  }

  /** Once in a run: what is wrong already is not the fault of a step. */
  async #beginVerifying(): Promise<void> {
    if (this.#isVerifying) return
    this.#isVerifying = true
    await this.#context.verifier?.begin(this.#session)
  }

  /** Over everything, before the last commit of the run: of what is kept, not of what is still to come. */
  async #endVerifying(last: Done | undefined): Promise<void> {
    if (last === undefined || (this.#failure === undefined && this.#index < this.#plan.steps.length)) return
    try {
      await this.#context.verifier?.end(this.#session)
    } catch (error) {
      const { attempt, step } = last.work
      await this.#failed(step, { attempt, durationMs: last.figures.durationMs, error: asMigrateError(error) })
      throw error
    }
  }

  /** The transaction is gone, and every step in it, unless the engine did keep what it would not confirm. */
  async #afterLoss(group: StepGroup, error: MigrateError): Promise<void> {
    const kept = error.details.commit === true ? await this.#fate.ofSteps(this.#doneOf(group)) : 'no'
    // What went wrong at the commit may have been the end of the connection.
    if (kept === 'yes') return this.#reopen()
    this.#log.undone(group.steps)
    if (kept === 'unknown') throw commitUnknownError(error)
    if (this.#failure === undefined) throw error
    await this.#recordApart()
    throw this.#failure.error
  }

  /** In a transaction of its own, after the one of the step was undone; best effort beside the first error. */
  async #recordApart(): Promise<void> {
    const failure = this.#failure
    if (failure === undefined) return
    try {
      await this.#transaction(async () => {
        await this.#prepare()
        await this.#recordFailure(failure)
      })
    } catch {
      // A full disk or a lost connection: the error that is thrown next says more than this one would.
    }
  }

  #recordFailure({ attempt, error, durationMs }: Failure): Promise<void> {
    return this.#context.tracker.fail(this.#session, attempt, { durationMs, reason: error.message })
  }

  /** Sees once, inside the first transaction, that the records are still those of the plan. */
  async #lookAgain(): Promise<void> {
    if (this.#unseen === undefined) return
    const { tracker, driver } = this.#context
    const expected = this.#unseen.at(-1)?.sequence
    const records = await tracker.applied(this.#session)
    if (records.length !== this.#unseen.length || records.at(-1)?.sequence !== expected)
      throw movedError(driver.location)
    this.#unseen = undefined
  }

  #attemptAt({ migration, direction }: Step): Attempt {
    const { identity, safety } = this.#context
    const startedAt = new Date().toISOString()
    return { migration, direction, startedAt, run: identity, backup: safety.backup }
  }

  #sqlOf(step: Step) {
    const { scripts, tracker, dialect } = this.#context
    return readStepSql(step, { scripts, tracker, dialect, session: this.#session })
  }

  #started(step: Step): number {
    this.#context.emit({ type: 'step-started', step, index: this.#index, total: this.#plan.steps.length })
    this.#index += 1
    return performance.now()
  }

  #finished(step: Step, figures: StepFigures): void {
    this.#log.finished(step, figures)
    this.#context.emit({ type: 'step-finished', step, ...figures })
  }

  /** Notes a failure and tells of it. The first one is the news; what a hook throws is kept beside it. */
  async #failed(step: Step, failure: Failure): Promise<void> {
    const { error } = failure
    this.#failure ??= failure
    this.#log.failed(step, failure.durationMs)
    this.#context.emit({ type: 'step-failed', step, error })
    try {
      await this.#context.hooks.ofStep('error', { step, session: this.#session, error })
    } catch (hookError) {
      this.#failure = { ...this.#failure, error: withDetail(this.#failure.error, { hookError }) }
    }
  }

  #committed(group: StepGroup): void {
    const steps = this.#doneOf(group)
    if (steps.length > 0) this.#context.emit({ type: 'committed', steps })
  }

  #doneOf(group: StepGroup): readonly Step[] {
    return group.steps.filter((step) => this.#log.isDone(step))
  }
}
