import { MigrateError } from '../migrate-error.ts'
import type { Applied } from '../model/applied.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { Driver, Session } from '../ports/driver.ts'
import type { RunIdentity } from '../ports/version-tracker.ts'
import type { RunLog } from './run-log.ts'
import type { ScriptStore } from './script-store.ts'
import { asMigrateError } from './step-error.ts'
import { type StepGroup, stepGroups, type TransactionMode } from './step-groups.ts'
import { type StepContext, type StepFigures, StepRunner, type StepWork } from './step-runner.ts'
import { readStepSql } from './step-sql.ts'

export interface RunContext extends Omit<StepContext, 'session'> {
  readonly driver: Driver
  readonly scripts: ScriptStore
  readonly identity: RunIdentity
  readonly transaction: TransactionMode
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
  readonly work: StepWork
  readonly durationMs: number
  readonly error: MigrateError
}

/** A step that is done and not recorded yet. */
interface Done {
  readonly work: StepWork
  readonly figures: StepFigures
}

/** Carries out one plan in one session, under a lock that the caller holds. */
export class Run {
  readonly #context: RunContext
  readonly #plan: Plan
  readonly #log: RunLog
  #session: Session
  #steps: StepRunner
  #failure: Failure | undefined
  #index = 0
  #unseen: readonly Applied[] | undefined

  constructor(context: RunContext, { plan, log, session, applied }: RunWork) {
    this.#context = context
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
    for (const group of stepGroups(this.#plan.steps, this.#context.transaction)) {
      await (group.transactional ? this.#runTogether(group) : this.#runAlone(group))
      if (this.#failure !== undefined) throw this.#failure.error
    }
  }

  async #runTogether(group: StepGroup): Promise<void> {
    try {
      await this.#session.transaction(() => this.#runEach(group.steps), { foreignKeys: group.foreignKeys })
    } catch (error) {
      await this.#afterLoss(group, asMigrateError(error))
    }
    this.#committed(group)
  }

  async #runEach(steps: readonly Step[]): Promise<void> {
    const { verifier } = this.#context
    await this.#lookAgain()
    await verifier?.begin(this.#session)
    const done: Done[] = []
    for (const step of steps) {
      const work = await this.#workOf(step)
      const figures = await this.#runInSavepoint(work)
      if (figures === undefined) break
      done.push({ work, figures })
    }
    if (this.#failure !== undefined && this.#context.transaction === 'all') throw this.#failure.error
    await this.#record(done)
    if (this.#failure === undefined) await verifier?.end(this.#session)
    else await this.#recordFailure(this.#failure)
  }

  /**
   * Writes the records of a group after its last step and before the commit: a schema change makes the engine compile
   * every statement again, and read the tracking tables' schema again, too. A record after each step would pay for
   * that a thousand times.
   */
  async #record(done: readonly Done[]): Promise<void> {
    const { tracker } = this.#context
    await tracker.prepare(this.#session)
    for (const { work, figures } of done) {
      const { attempt, sql } = work
      await tracker.finish(this.#session, attempt, { durationMs: figures.durationMs, sql: sql.kept })
    }
  }

  /** Afterwards the step is done, or undone with its failure noted; then there are no figures. */
  async #runInSavepoint(work: StepWork): Promise<StepFigures | undefined> {
    const started = this.#started(work.step)
    try {
      const figures = await this.#session.transaction(() => this.#steps.inTransaction(work))
      this.#finished(work.step, figures)
      return figures
    } catch (error) {
      await this.#failed({ work, durationMs: performance.now() - started, error: asMigrateError(error) })
      return undefined
    }
  }

  /** Statement by statement, in doubt from the first to the last. */
  async #runAlone(group: StepGroup): Promise<void> {
    const { tracker, verifier } = this.#context
    await this.#session.transaction(async () => {
      await this.#lookAgain()
      await tracker.prepare(this.#session)
    })
    await verifier?.begin(this.#session)
    for (const step of group.steps) {
      const work = await this.#workOf(step)
      const started = this.#started(step)
      try {
        this.#finished(step, await this.#steps.alone(work))
      } catch (error) {
        await this.#failed({ work, durationMs: performance.now() - started, error: leftInDoubt(step, error) })
        await this.#recordApart()
      }
    }
    this.#committed(group)
    await this.#reopen()
  }

  /** A statement outside a transaction may have changed the connection itself. */
  async #reopen(): Promise<void> {
    await this.#session.close()
    this.#session = await this.#context.driver.session('write')
    this.#steps = new StepRunner({ ...this.#context, session: this.#session })
  }

  /** The transaction is gone, and every step in it, unless the engine did keep what it would not confirm. */
  async #afterLoss(group: StepGroup, error: MigrateError): Promise<void> {
    if (error.details.commit === true && (await this.#wasKept(group))) return
    this.#log.undone(group.steps)
    if (this.#failure === undefined) throw error
    await this.#recordApart()
    throw this.#failure.error
  }

  /** Asks the database on a connection of its own: an error at COMMIT does not mean "not kept". */
  async #wasKept(group: StepGroup): Promise<boolean> {
    const session = await this.#context.driver.session('read')
    try {
      const records = await this.#context.tracker.applied(session)
      const versions = new Set(records.map(({ version }) => version))
      return this.#doneOf(group).every(
        ({ direction, migration }) => versions.has(migration.version) === (direction === 'up'),
      )
    } finally {
      await session.close()
    }
  }

  /** In a transaction of its own, after the one of the step was undone; best effort beside the first error. */
  async #recordApart(): Promise<void> {
    const failure = this.#failure
    if (failure === undefined) return
    try {
      await this.#session.transaction(async () => {
        await this.#context.tracker.prepare(this.#session)
        await this.#recordFailure(failure)
      })
    } catch {
      // A full disk or a lost connection: the error that is thrown next says more than this one would.
    }
  }

  #recordFailure({ work, durationMs, error }: Failure): Promise<void> {
    return this.#context.tracker.fail(this.#session, work.attempt, { durationMs, reason: error.message })
  }

  /** Sees once, inside the first transaction, that the records are still those of the plan. */
  async #lookAgain(): Promise<void> {
    if (this.#unseen === undefined) return
    const { tracker, driver } = this.#context
    const expected = this.#unseen.at(-1)?.sequence
    const records = await tracker.applied(this.#session)
    if (records.length !== this.#unseen.length || records.at(-1)?.sequence !== expected)
      throw moved(driver.location)
    this.#unseen = undefined
  }

  async #workOf(step: Step): Promise<StepWork> {
    const { identity, scripts, tracker, dialect } = this.#context
    const sql = await readStepSql(step, { scripts, tracker, dialect, session: this.#session })
    const startedAt = new Date().toISOString()
    return {
      step,
      sql,
      attempt: { migration: step.migration, direction: step.direction, startedAt, run: identity },
    }
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

  async #failed(failure: Failure): Promise<void> {
    const { work, error, durationMs } = failure
    this.#failure = failure
    this.#log.failed(work.step, durationMs)
    this.#context.emit({ type: 'step-failed', step: work.step, error })
    await this.#context.hooks.error?.({ step: work.step, session: this.#session, error })
  }

  #committed(group: StepGroup): void {
    const steps = this.#doneOf(group)
    if (steps.length > 0) this.#context.emit({ type: 'committed', steps })
  }

  #doneOf(group: StepGroup): readonly Step[] {
    return group.steps.filter((step) => this.#log.isDone(step))
  }
}

function moved(location: string): MigrateError {
  return new MigrateError(
    'STATE_MOVED',
    `The migrations of ${location} changed between planning and running`,
    {
      hint: 'Run the command again: it plans from what is there now',
    },
  )
}

/** A step outside a transaction leaves what its finished statements did. */
function leftInDoubt(step: Step, error: unknown): MigrateError {
  const cause = asMigrateError(error)
  if (cause.details.statement === undefined && cause.code !== 'INTERRUPTED') return cause
  return new MigrateError(cause.code, `${cause.message}; ${step.id} is in doubt now`, {
    hint:
      `It runs outside a transaction, so the statements before stand: look at the database, then run ` +
      `"whimbrel mark ${step.id} applied" or "whimbrel mark ${step.id} pending"`,
    details: { ...cause.details, migration: step.id },
    cause: error,
  })
}
