import { MigrateError } from '../migrate-error.ts'
import type { Step } from '../plan/plan.ts'
import type { ScriptFacts } from '../ports/driver.ts'
import { tokenChecksum } from '../sql/checksum.ts'
import { scriptFacts } from '../sql/script-facts.ts'
import { toScript } from '../sql/to-script.ts'
import { editedWhereItRanError, unseenError } from './lone-errors.ts'
import { patiently } from './patience.ts'
import { leftInDoubtError } from './run-errors.ts'
import { countedRows, type NumberedStatement, type ScriptRunner } from './script-runner.ts'
import { damageError } from './step-error.ts'
import type { StepContext, StepFigures, StepWork } from './step-runner.ts'

export interface LoneContext extends StepContext {
  readonly scripts: ScriptRunner
}

/** A statement that was begun outside a transaction and is not counted yet. */
interface Open {
  readonly sql: string
  readonly number: number
  /** Absent where only its commit tells that it was begun. */
  readonly trace?: string
}

/** Stands in the record for the trace of a statement whose effect cannot be seen: it committed something. */
const UNSEEN = 'unseen'

/**
 * Carries out one step outside of a transaction, statement by statement: what ran stands, and its record says how far it
 * came. Where nothing of it took effect, nothing is in doubt, and the record goes.
 */
export class LoneStep {
  readonly #context: LoneContext
  readonly #work: StepWork
  readonly #facts: ScriptFacts
  #step: Step
  /** Statements that are counted as done in the record. */
  #done: number
  #open: Open | undefined
  /** The trace of the first statement, recorded with the step itself. */
  #first: { readonly trace: string | undefined } | undefined
  /** The last statement is done and not counted: its trace tells so, and what is written next counts it, too. */
  #owes = false
  #rowsChanged = 0
  #isRunning = false

  constructor(context: LoneContext, work: StepWork) {
    this.#context = context
    this.#work = work
    this.#step = work.step
    this.#done = work.step.done ?? 0
    this.#facts = scriptFacts(work.sql.script, context.dialect)
  }

  async run(): Promise<StepFigures> {
    const { session } = this.#context
    const started = performance.now()
    await this.#settleEdited()
    await this.#traceFirst()
    try {
      await session.transaction(() => this.#begin())
    } catch (error) {
      // Nobody knows yet whether its record is there.
      throw MigrateError.is(error) && error.details.commit === true
        ? leftInDoubtError(this.#step, error)
        : error
    }
    try {
      return await this.#begun(started)
    } catch (error) {
      throw await this.#failed(error)
    }
  }

  /**
   * The trace of a record belongs to the statement that was begun. Where the file says another one now, that one is
   * settled first: what took effect cannot be edited any more, and what did not leaves its place to the new one.
   */
  async #settleEdited(): Promise<void> {
    const { session, tracker, dialect } = this.#context
    const { trace, direction, migration } = this.#step
    if (trace === undefined) return
    const kept = await tracker.kept(session, migration.version)
    const sql = kept?.[direction]
    if (sql == null) return
    const script = toScript(sql, { dialect })
    const { [this.#done]: begun } = script.statements
    const { [this.#done]: now } = this.#work.sql.script.statements
    if (begun === undefined) return
    const old = script.sql.slice(begun.start, begun.end)
    if (trace === UNSEEN) throw unseenError(this.#step, { sql: old, number: this.#done + 1 })
    const isSame =
      now !== undefined &&
      tokenChecksum(old, dialect) ===
        tokenChecksum(this.#work.sql.script.sql.slice(now.start, now.end), dialect)
    if (isSame) return
    if (await this.#patiently(async () => session.settler?.settle(old, trace)))
      throw editedWhereItRanError(this.#step, this.#done + 1)
    this.#step = { ...this.#step, trace: undefined }
  }

  /** Beforehand, so that it is written with the record. */
  async #traceFirst(): Promise<void> {
    const { settler } = this.#context.session
    const { sql, statements } = this.#work.sql.script
    const [first] = statements
    if (settler === undefined || first === undefined) return
    if (this.#done > 0 || this.#step.trace !== undefined) return
    const text = sql.slice(first.start, first.end)
    if (!this.#standsAlone({ sql: text, verb: first.verb })) return
    this.#first = { trace: await this.#patiently(() => settler.trace(text)) }
  }

  /** A retry goes on with what an attempt before has finished. */
  async #begin(): Promise<void> {
    const { session, tracker } = this.#context
    const { attempt, sql } = this.#work
    await tracker.begin(session, attempt, { ...sql.kept, trace: this.#first?.trace })
    const { trace } = this.#step
    if (this.#done > 0 || trace !== undefined) await tracker.progress(session, attempt, this.#done, trace)
  }

  /** From here on the step is in doubt. */
  async #begun(started: number): Promise<StepFigures> {
    const { session, tracker, verifier, hooks, scripts } = this.#context
    const { attempt, sql } = this.#work
    const step = this.#step
    this.#isRunning = true
    await scripts.statements({ step, script: sql.script }, (statement) => this.#statement(statement))
    this.#isRunning = false
    await verifier?.afterStep(session, { step, facts: this.#facts })
    // What it does could be taken for an effect of the last statement, or hide it.
    if (hooks.has('after')) await this.#payOwed()
    await hooks.ofStep('after', { step, session })
    const durationMs = performance.now() - started
    await session.transaction(() => tracker.finish(session, attempt, { durationMs, sql: sql.kept }))
    return { durationMs, rowsChanged: this.#rowsChanged }
  }

  /**
   * Runs one statement and counts it as done, in one transaction: a kill then leaves both or neither. What the engine
   * refuses inside a transaction, or commits by itself, stands alone.
   */
  async #statement(statement: NumberedStatement): Promise<void> {
    const { session } = this.#context
    const { number } = statement
    if (this.#standsAlone(statement)) await this.#alone(statement)
    else {
      await this.#payOwed()
      await this.#patiently(() => session.transaction(() => this.#counted(statement), { asIs: true }))
    }
    this.#done = number
    this.#open = undefined
  }

  #standsAlone({ sql, verb }: Pick<NumberedStatement, 'sql' | 'verb'>): boolean {
    const { alone } = this.#context.dialect
    return this.#commits({ sql, verb }) || alone.get(verb)?.(sql) === true
  }

  #commits({ sql, verb }: Pick<NumberedStatement, 'sql' | 'verb'>): boolean {
    return this.#context.dialect.commits.get(verb)?.(sql) === true
  }

  /**
   * Its position is recorded before it, with what tells later whether it took effect. With that it is counted by the
   * next thing that is written: until then a retry finds out the same.
   */
  async #alone(statement: NumberedStatement): Promise<void> {
    const { settler } = this.#context.session
    const { sql, number } = statement
    const before = number - 1 === (this.#step.done ?? 0) ? this.#step.trace : undefined
    const first = number === 1 ? this.#first : undefined
    const trace = before ?? (first ?? { trace: await this.#patiently(async () => settler?.trace(sql)) }).trace
    if (trace === undefined && settler !== undefined && this.#commits(statement))
      return this.#unseen(statement)
    if (trace === undefined) await this.#payOwed()
    else if (before === undefined && first === undefined) await this.#progress(number - 1, trace)
    this.#owes = false
    this.#open = { sql, number, ...(trace === undefined ? {} : { trace }) }
    let begun = before !== undefined
    await this.#patiently(async () => {
      const isDone = begun && trace !== undefined && (await settler?.settle(sql, trace))
      begun = true
      if (!isDone) await this.#execute(sql)
    })
    if (trace === undefined) await this.#progress(number)
    this.#owes = trace !== undefined
  }

  async #payOwed(): Promise<void> {
    if (!this.#owes) return
    await this.#progress(this.#done)
    this.#owes = false
  }

  /**
   * Runs what may commit and whose effect nobody can see, `CALL` for one, in a transaction behind a mark: where it
   * commits, the mark stays; where it does not, the mark, the statement and its count are kept or undone together.
   */
  async #unseen(statement: NumberedStatement): Promise<void> {
    const { session } = this.#context
    const { sql, number } = statement
    await this.#payOwed()
    this.#open = { sql, number }
    const together = async () => {
      await this.#progress(number - 1, UNSEEN)
      await this.#counted(statement)
    }
    await this.#patiently(async () => {
      try {
        await session.transaction(together, { asIs: true })
      } catch (error) {
        if (!isTransient(error) || !(await this.#isMarked())) throw error
        throw new MigrateError(error.code, error.message, {
          hint: error.hint,
          details: { ...error.details, transient: false },
          cause: error,
        })
      }
    })
  }

  /** What the statement broke elsewhere undoes it, where its engine makes migrations run statement by statement. */
  async #counted({ sql, number }: NumberedStatement): Promise<void> {
    const { session, dialect } = this.#context
    const { inspector } = session
    const watch =
      dialect.commits.size > 0 ? await inspector?.watch(this.#facts, this.#step.migration) : undefined
    await this.#execute(sql)
    const damage = await watch?.finish()
    const error = damage && damageError(this.#step, damage)
    if (error !== undefined) throw error
    await this.#progress(number)
  }

  /** Only the statement is counted, and not the record beside it. */
  async #execute(sql: string): Promise<void> {
    const { session } = this.#context
    this.#rowsChanged += await countedRows(session, this.#facts, () => session.execute(sql))
  }

  #progress(statements: number, trace?: string): Promise<void> {
    const { session, tracker } = this.#context
    return tracker.progress(session, this.#work.attempt, statements, trace)
  }

  /** What is to be told of a failure, when the record says what can be known: doubt, or that nothing was changed. */
  async #failed(error: unknown): Promise<MigrateError> {
    const { session, tracker } = this.#context
    if (!this.#isRunning) {
      await this.#payOwed().catch(() => undefined)
      return leftInDoubtError(this.#step, error)
    }
    const isUnsure = MigrateError.is(error) && error.details.commit === true
    if (isUnsure || !(await this.#tookNoEffect().catch(() => false))) {
      return leftInDoubtError(this.#step, error)
    }
    try {
      if (this.#done === 0) {
        await session.transaction(() => tracker.withdraw(session, this.#work.attempt))
        if (MigrateError.is(error)) return error
      } else if (this.#owes || this.#open?.trace !== undefined) await this.#progress(this.#done)
    } catch {
      // The record stays as it is, and the error of the statement says more.
    }
    return leftInDoubtError(this.#step, error)
  }

  /** Whether the statement that failed is known to have left nothing. */
  async #tookNoEffect(): Promise<boolean> {
    const { session } = this.#context
    if (this.#open === undefined) return true
    const { sql, trace } = this.#open
    if (session.settler === undefined) return false
    return trace === undefined ? !(await this.#isMarked()) : !(await session.settler.settle(sql, trace))
  }

  async #isMarked(): Promise<boolean> {
    const { session, tracker } = this.#context
    const { version } = this.#work.step.migration
    const records = await tracker.applied(session)
    return records.find((record) => record.version === version)?.trace === UNSEEN
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { busyTimeoutMs: limitMs, signal, emit } = this.#context
    const step = this.#step
    const onPause = (error: MigrateError, pauseMs: number) =>
      emit({ type: 'step-delayed', step, error, pauseMs })
    return patiently(work, { limitMs, signal, onPause })
  }
}

function isTransient(error: unknown): error is MigrateError {
  return MigrateError.is(error) && error.details.transient === true
}
