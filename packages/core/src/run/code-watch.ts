import type { Step } from '../plan/plan.ts'
import type { Inspector, ScriptFacts, Session } from '../ports/driver.ts'
import type { CheckedStatement } from '../sql/check-statements.ts'
import { damageError } from './step-error.ts'

/** Words without which a statement writes no rows, and verbs of those that change what there is. */
const writing = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE']
const changing = ['CREATE', 'ALTER', 'DROP']

export interface CodeWatchContext {
  readonly session: Session
  /** That of the session. */
  readonly inspector: Inspector
  readonly step: Step
}

/**
 * Watches what code does inside a step's transaction, where foreign keys are not enforced. A script is known before it
 * runs; code is not, so that the state before is taken down statement by statement, and compared once at the end.
 */
export class CodeWatch {
  readonly #session: Session
  readonly #inspector: Inspector
  readonly #step: Step
  readonly #names = new Set<string>()
  readonly #keywords = new Set<string>()

  constructor({ session, inspector, step }: CodeWatchContext) {
    this.#session = session
    this.#inspector = inspector
    this.#step = step
  }

  /** Runs one statement. One that changes the schema and breaks something by it is undone: FOREIGN_KEYS_VIOLATED, ROWS_LOST. */
  async run<T>({ verb, facts }: CheckedStatement, work: () => Promise<T>): Promise<T> {
    if (changing.includes(verb)) return this.#alone(facts, work)
    if (writing.some((word) => facts.keywords.has(word))) await this.#remember(facts)
    return work()
  }

  /** To be called at the end and before each savepoint. Throws FOREIGN_KEYS_VIOLATED. */
  async settle(): Promise<void> {
    if (this.#keywords.size === 0) return
    await this.#watched({ names: this.#names, keywords: this.#keywords }, async () => undefined)
    this.forget()
  }

  /** To be called when a savepoint was undone: there is nothing left to compare. */
  forget(): void {
    this.#names.clear()
    this.#keywords.clear()
  }

  async #alone<T>(facts: ScriptFacts, work: () => Promise<T>): Promise<T> {
    await this.settle()
    return this.#session.transaction(() => this.#watched(facts, work))
  }

  async #watched<T>(facts: ScriptFacts, work: () => Promise<T>): Promise<T> {
    const watch = await this.#inspector.watch(facts, this.#step.migration)
    const result = await work()
    const error = damageError(this.#step, await watch.finish())
    if (error !== undefined) throw error
    return result
  }

  /** The inspector counts, once in a transaction, what it has to compare with later. */
  async #remember({ names, keywords }: ScriptFacts): Promise<void> {
    const grows = [...keywords].some((word) => !this.#keywords.has(word))
    const before = this.#names.size
    for (const word of keywords) this.#keywords.add(word)
    for (const name of names) this.#names.add(name)
    if (!grows && this.#names.size === before) return
    // Another word changes what can happen to the names before; another name does not.
    const relevant = { names: grows ? this.#names : names, keywords: this.#keywords }
    await this.#inspector.watch(relevant, this.#step.migration)
  }
}
