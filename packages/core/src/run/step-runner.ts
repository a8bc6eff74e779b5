import { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Step } from '../plan/plan.ts'
import type { ScriptFacts, Session, StopSignal } from '../ports/driver.ts'
import type { Attempt, VersionTracker } from '../ports/version-tracker.ts'
import { scriptFacts } from '../sql/script-facts.ts'
import type { RunEvent } from './events.ts'
import type { Hooks } from './hooks.ts'
import { leftInDoubtError } from './run-errors.ts'
import type { Safeguard } from './safeguard.ts'
import { damageError, statementError } from './step-error.ts'
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
  readonly hooks: Hooks
  readonly emit: (event: RunEvent) => void
  readonly signal?: StopSignal | undefined
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

/** How long the event loop may be kept waiting between two statements, in milliseconds. */
const PATIENCE_MS = 50

/** Runs the statements of one step with the hooks and checks around them. */
export class StepRunner {
  readonly #context: StepContext
  #yieldedAt = performance.now()

  constructor(context: StepContext) {
    this.#context = context
  }

  /** Inside a transaction of the caller, who records it afterwards. */
  async inTransaction(work: StepWork): Promise<StepFigures> {
    const { session } = this.#context
    const started = performance.now()
    const { step } = work
    const { hooks, verifier } = this.#context
    const facts = this.#factsOf(work.sql)
    await this.#protect(work, facts)
    if (hooks.before !== undefined) await this.#hook('before', step)
    const watch = await session.inspector?.watch(facts, step.migration)
    const rowsChanged = await this.#counted(facts, () => this.#statements(work))
    const damage = await watch?.finish()
    if (damage !== undefined) raise(damageError(step, damage))
    await verifier?.afterStep(session, { step, facts })
    if (hooks.after !== undefined) await this.#hook('after', step)
    return { durationMs: performance.now() - started, rowsChanged }
  }

  /** Outside a transaction: a record before, one after each statement and one at the end. */
  async alone(work: StepWork): Promise<StepFigures> {
    const { session, tracker } = this.#context
    const started = performance.now()
    await this.#protect(work, this.#factsOf(work.sql))
    await this.#hook('before', work.step)
    await session.transaction(() => tracker.begin(session, work.attempt, work.sql.kept))
    try {
      return await this.#begun(work, started)
    } catch (error) {
      throw leftInDoubtError(work.step, error)
    }
  }

  /** From here on the step is in doubt, whatever fails. */
  async #begun({ step, attempt, sql }: StepWork, started: number): Promise<StepFigures> {
    const { session, tracker, verifier } = this.#context
    const facts = this.#factsOf(sql)
    const progress = (count: number) => tracker.progress(session, attempt, count)
    const rowsChanged = await this.#counted(facts, () => this.#statements({ step, sql }, progress))
    await verifier?.afterStep(session, { step, facts })
    await this.#hook('after', step)
    const durationMs = performance.now() - started
    await session.transaction(() => tracker.finish(session, attempt, { durationMs, sql: sql.kept }))
    return { durationMs, rowsChanged }
  }

  /** Rows changed meanwhile; the engine is asked only where the script can change some. */
  async #counted({ keywords }: ScriptFacts, work: () => Promise<void>): Promise<number> {
    const { session } = this.#context
    const counts = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE'].some((keyword) => keywords.has(keyword))
    const before = counts ? await session.changes() : 0
    await work()
    return counts ? (await session.changes()) - before : 0
  }

  async #protect({ step, sql }: StepWork, facts: ScriptFacts): Promise<void> {
    const { session, safeguard } = this.#context
    await safeguard?.beforeStep?.({ session, step, script: sql.script, facts })
  }

  #factsOf({ script }: StepSql): ScriptFacts {
    return scriptFacts(script, this.#context.dialect)
  }

  async #statements(
    { step, sql }: Pick<StepWork, 'step' | 'sql'>,
    after?: (count: number) => Promise<void>,
  ): Promise<void> {
    const { session, emit } = this.#context
    const { script } = sql
    const total = script.statements.length
    for (const [index, { start, end }] of script.statements.entries()) {
      await this.#breathe(step)
      emit({ type: 'statement-started', step, statement: index + 1, statements: total })
      try {
        await session.execute(script.sql.slice(start, end))
      } catch (error) {
        throw statementError(error, { step, script, index })
      }
      await after?.(index + 1)
    }
  }

  /** Lets signals and timers through now and then, and stops where somebody asked for it. */
  async #breathe(step: Step): Promise<void> {
    if (performance.now() - this.#yieldedAt > PATIENCE_MS) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      this.#yieldedAt = performance.now()
    }
    if (this.#context.signal?.aborted) {
      throw new MigrateError('INTERRUPTED', `${step.id} was interrupted`, {
        hint: 'Run the same command again to go on from here',
        details: { migration: step.id },
      })
    }
  }

  async #hook(name: 'before' | 'after', step: Step): Promise<void> {
    const hook = this.#context.hooks[name]
    if (hook === undefined) return
    try {
      await hook({ step, session: this.#context.session })
    } catch (error) {
      if (MigrateError.is(error)) throw error
      const message = error instanceof Error ? error.message : String(error)
      throw new MigrateError('HOOK_FAILED', `The ${name} hook of ${step.id} failed: ${message}`, {
        hint: `Correct the ${name} hook, then run the command again`,
        details: { migration: step.id },
        cause: error,
      })
    }
  }
}

function raise(error: MigrateError | undefined): void {
  if (error !== undefined) throw error
}
