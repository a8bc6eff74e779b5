import { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Script } from '../model/script.ts'
import type { Step } from '../plan/plan.ts'
import type { ScriptFacts, Session, StopSignal } from '../ports/driver.ts'
import { CodeFacts } from '../sql/code-facts.ts'
import { scriptFacts } from '../sql/script-facts.ts'
import { type CodeWork, runCode } from './code-runner.ts'
import type { RunEvent } from './events.ts'
import { damageError, statementError } from './step-error.ts'

export interface ScriptContext {
  readonly dialect: Dialect
  readonly session: Session
  readonly emit?: ((event: RunEvent) => void) | undefined
  /** Tables that the code of a migration may not change; none where left out. */
  readonly protectedTables?: readonly string[] | undefined
  /** Stops between two statements with INTERRUPTED. */
  readonly signal?: StopSignal | undefined
}

/** The SQL of one direction of a migration. */
export interface ScriptWork {
  readonly step: Step
  readonly script: Script
  /** What the script says it touches; read from it where absent. */
  readonly facts?: ScriptFacts | undefined
}

/** A statement of a script, cut out of it. */
export interface NumberedStatement {
  readonly sql: string
  readonly verb: string
  /** From 1. */
  readonly number: number
}

type Execute = (statement: NumberedStatement) => Promise<void>

/** How long the event loop may be kept waiting between two statements, in milliseconds. */
const PATIENCE_MS = 50

/** Runs the SQL of steps under the rules that every run follows, without records, hooks or a lock. */
export class ScriptRunner {
  readonly #context: ScriptContext
  #yieldedAt = performance.now()

  constructor(context: ScriptContext) {
    this.#context = context
  }

  /**
   * Inside a transaction of the caller. Returns how many rows were changed. Throws the engine's error with its place in
   * the file, ROWS_LOST and FOREIGN_KEYS_VIOLATED where the script broke something that its text does not speak of.
   */
  async inTransaction({ step, script, facts: known }: ScriptWork): Promise<number> {
    const { session, dialect } = this.#context
    const facts = known ?? scriptFacts(script, dialect)
    if (script.run !== undefined) return this.#code({ step, run: script.run, facts: codeFacts(facts) })
    const watch = await session.inspector?.watch(facts, step.migration)
    const rowsChanged = await countedRows(session, facts, () => this.statements({ step, script }))
    const damage = await watch?.finish()
    const error = damage && damageError(step, damage)
    if (error !== undefined) throw error
    return rowsChanged
  }

  async #code(work: CodeWork): Promise<number> {
    const { session, protectedTables = [] } = this.#context
    this.#context.emit?.({ type: 'statement-started', step: work.step, statement: 1, statements: 1 })
    return countedRows(session, work.facts, () => runCode(work, { ...this.#context, protectedTables }))
  }

  /** Statement by statement, from the first that is not done. Throws the engine's error with its place in the file. */
  async statements(
    { step, script }: ScriptWork,
    execute: Execute = ({ sql }) => this.#context.session.execute(sql),
  ): Promise<void> {
    const { done = 0 } = step
    const total = script.statements.length
    for (const [index, { start, end, verb }] of script.statements.entries()) {
      if (index < done) continue
      await this.#breathe(step)
      this.#context.emit?.({ type: 'statement-started', step, statement: index + 1, statements: total })
      try {
        await execute({ sql: script.sql.slice(start, end), verb, number: index + 1 })
      } catch (error) {
        throw statementError(error, { step, script, index })
      }
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
}

/** Facts made elsewhere say what may happen, but cannot be added to. */
function codeFacts(facts: ScriptFacts): CodeFacts {
  return facts instanceof CodeFacts ? facts : new CodeFacts(facts.keywords)
}

/** Rows changed meanwhile; the engine is asked only where the script can change some. */
export async function countedRows(
  session: Session,
  { keywords }: ScriptFacts,
  work: () => Promise<void>,
): Promise<number> {
  const counts = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE'].some((keyword) => keywords.has(keyword))
  const before = counts ? await session.changes() : 0
  await work()
  return counts ? (await session.changes()) - before : 0
}
