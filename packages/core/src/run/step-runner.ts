import type { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Step } from '../plan/plan.ts'
import type { ScriptFacts, Session, StopSignal } from '../ports/driver.ts'
import type { Attempt, VersionTracker } from '../ports/version-tracker.ts'
import { scriptFacts } from '../sql/script-facts.ts'
import type { RunEvent } from './events.ts'
import type { HookCaller } from './hook-caller.ts'
import { LoneStep } from './lone-step.ts'
import { patiently } from './patience.ts'
import type { Safeguard } from './safeguard.ts'
import { ScriptRunner } from './script-runner.ts'
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
    await this.#protect(work, this.#factsOf(work.sql))
    await hooks.ofStep('before', { step: work.step, session })
    return new LoneStep({ ...this.#context, scripts: this.#scripts }, work).run()
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
