import { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Step } from '../plan/plan.ts'
import type { ScriptFacts, Session, StopSignal } from '../ports/driver.ts'
import type { Attempt, VersionTracker } from '../ports/version-tracker.ts'
import { scriptFacts } from '../sql/script-facts.ts'
import type { RunEvent } from './events.ts'
import type { HookCaller } from './hook-caller.ts'
import { patiently } from './patience.ts'
import { leftInDoubtError } from './run-errors.ts'
import type { Safeguard } from './safeguard.ts'
import { countedRows, type NumberedStatement, ScriptRunner } from './script-runner.ts'
import type { StepSql } from './step-sql.ts'

/** Extra checks around the steps of a run; what they throw undoes the transaction they are in. */
export interface StepVerifier {
  /** Once, before the first step: what is wrong already is not the fault of a step. */
  begin(session: Session): Promise<void>
  /** After each step, still in its savepoint where it has one. */
  afterStep(session: Session, done: { readonly step: Step; readonly facts: ScriptFacts }): Promise<void>
  /** After the last step that is kept, before its commit; not after a step outside a transaction. */
  end(session: Session): Promise<void>
}

export interface StepContext {
  readonly dialect: Dialect
  readonly session: Session
  readonly tracker: VersionTracker
  readonly hooks: HookCaller
  readonly emit: (event: RunEvent) => void
  readonly signal?: StopSignal | undefined
  /** How long a step is tried again while others are in its way, in milliseconds. */
  readonly busyTimeoutMs?: number | undefined
  readonly verifier?: StepVerifier | undefined
  readonly safeguard?: Safeguard | undefined
}

export interface StepFigures {
  readonly durationMs: number
  /** Rows inserted, updated and deleted, by triggers too. */
  readonly rowsChanged: number
}

export interface StepWork {
  readonly step: Step
  readonly attempt: Attempt
  readonly sql: StepSql
}

interface RecordedWork {
  readonly step: Step
  readonly attempt: Attempt
  readonly execute: () => Promise<void>
}

/** Runs the SQL of one step with the hooks, the records and the checks around it. */
export class StepRunner {
  readonly #context: StepContext
  readonly #scripts: ScriptRunner

  constructor(context: StepContext) {
    this.#context = context
    this.#scripts = new ScriptRunner({ ...context, protectedTables: context.tracker.tables })
  }

  /** In a savepoint of the caller's transaction, again and again while others are in its way. */
  inSavepoint(work: StepWork): Promise<StepFigures> {
    const { session } = this.#context
    return this.#patiently(work.step, () => session.transaction(() => this.inTransaction(work)))
  }

  /** Inside a transaction of the caller, who records it afterwards. */
  async inTransaction(work: StepWork): Promise<StepFigures> {
    const { session } = this.#context
    const started = performance.now()
    const { step } = work
    const { hooks, verifier } = this.#context
    const facts = this.#factsOf(work.sql)
    await this.#protect(work, facts)
    await hooks.ofStep('before', { step, session })
    const rowsChanged = await this.#scripts.inTransaction({ step, script: work.sql.script, facts })
    await verifier?.afterStep(session, { step, facts })
    await hooks.ofStep('after', { step, session })
    return { durationMs: performance.now() - started, rowsChanged }
  }

  /** Outside a transaction: a record before, one with each statement and one at the end. */
  async alone(work: StepWork): Promise<StepFigures> {
    const { session, hooks } = this.#context
    const started = performance.now()
    await this.#protect(work, this.#factsOf(work.sql))
    await hooks.ofStep('before', { step: work.step, session })
    try {
      await session.transaction(() => this.#begin(work))
    } catch (error) {
      // Nobody knows yet whether its record is there.
      throw MigrateError.is(error) && error.details.commit === true
        ? leftInDoubtError(work.step, error)
        : error
    }
    try {
      return await this.#begun(work, started)
    } catch (error) {
      throw leftInDoubtError(work.step, error)
    }
  }

  /** A retry goes on with what an attempt before has finished. */
  async #begin({ step, attempt, sql }: StepWork): Promise<void> {
    const { session, tracker } = this.#context
    await tracker.begin(session, attempt, sql.kept)
    const { done = 0, trace } = step
    if (done > 0 || trace !== undefined) await tracker.progress(session, attempt, done, trace)
  }

  /** From here on the step is in doubt, whatever fails. */
  async #begun({ step, attempt, sql }: StepWork, started: number): Promise<StepFigures> {
    const { session, tracker, verifier, hooks } = this.#context
    const facts = this.#factsOf(sql)
    let rowsChanged = 0
    await this.#scripts.statements({ step, script: sql.script }, (statement) =>
      this.#recorded(statement, {
        step,
        attempt,
        // Only the statement is counted, and not the record beside it.
        execute: async () => {
          rowsChanged += await countedRows(session, facts, () => session.execute(statement.sql))
        },
      }),
    )
    await verifier?.afterStep(session, { step, facts })
    await hooks.ofStep('after', { step, session })
    const durationMs = performance.now() - started
    await session.transaction(() => tracker.finish(session, attempt, { durationMs, sql: sql.kept }))
    return { durationMs, rowsChanged }
  }

  /**
   * Runs one statement and counts it as done, in one transaction: a kill then leaves both or neither. What the engine
   * refuses inside a transaction, or commits by itself, stands alone.
   */
  async #recorded(statement: NumberedStatement, work: RecordedWork): Promise<void> {
    const { session, tracker, dialect } = this.#context
    const { sql, verb, number } = statement
    if (dialect.alone.get(verb)?.(sql) || dialect.commits.get(verb)?.(sql)) {
      return this.#traced(statement, work)
    }
    const together = async () => {
      await work.execute()
      await tracker.progress(session, work.attempt, number)
    }
    await this.#patiently(work.step, () => session.transaction(together, { asIs: true }))
  }

  /** Its position is recorded before it, with what tells later whether it took effect, and again behind it. */
  async #traced({ sql, number }: NumberedStatement, { step, attempt, execute }: RecordedWork): Promise<void> {
    const { session, tracker } = this.#context
    const { settler } = session
    const before = number - 1 === (step.done ?? 0) ? step.trace : undefined
    const trace = before ?? (await settler?.trace(sql))
    if (trace !== undefined && before === undefined) {
      await tracker.progress(session, attempt, number - 1, trace)
    }
    let begun = before !== undefined
    await this.#patiently(step, async () => {
      const isDone = begun && trace !== undefined && (await settler?.settle(sql, trace))
      begun = true
      if (!isDone) await execute()
    })
    await tracker.progress(session, attempt, number)
  }

  #patiently<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const { busyTimeoutMs: limitMs, signal, emit } = this.#context
    const onPause = (error: MigrateError, pauseMs: number) =>
      emit({ type: 'step-delayed', step, error, pauseMs })
    return patiently(work, { limitMs, signal, onPause })
  }

  async #protect({ step, sql }: StepWork, facts: ScriptFacts): Promise<void> {
    const { session, safeguard } = this.#context
    await safeguard?.beforeStep?.({ session, step, script: sql.script, facts })
  }

  #factsOf({ script }: StepSql): ScriptFacts {
    return scriptFacts(script, this.#context.dialect)
  }
}
