import type { Dialect } from '../model/dialect.ts'
import type { Damage, Session, SqlValue, TransactionOptions, Watch, WatchOptions } from '../ports/driver.ts'
import { withParameters } from '../sql/check-statements.ts'
import type { CodeFacts } from '../sql/code-facts.ts'
import { scriptFacts } from '../sql/script-facts.ts'
import { sqlTokens } from '../sql/sql-tokens.ts'
import type { LentSession } from './guarded-session.ts'

export interface WatchedSessionOptions extends WatchOptions {
  readonly dialect: Dialect
  /** Gets the names that the statements hold. */
  readonly facts: CodeFacts
  /** Called before each statement. */
  readonly beforeStatement: () => void
}

/**
 * A session that watches what its statements break. What code is going to do is not known when it begins, so that a
 * watch begins with each statement of a new kind; all of them end with the code.
 */
export class WatchedSession implements LentSession {
  readonly #session: Session
  readonly #options: WatchedSessionOptions
  readonly #dialect: Dialect
  readonly #kinds = new Set<string>()
  readonly #watches: Watch[] = []

  constructor(session: Session, options: WatchedSessionOptions) {
    this.#session = session
    this.#options = options
    this.#dialect = withParameters(options.dialect)
  }

  async execute(sql: string, params?: readonly SqlValue[]): Promise<void> {
    await this.#watch(sql)
    await this.#session.execute(sql, params)
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    await this.#watch(sql)
    return this.#session.query<Row>(sql, params)
  }

  transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#session.transaction(work, options)
  }

  /** What all statements together broke. A table that one of them names has lost its rows on purpose. */
  async damage(): Promise<Damage> {
    const found: Damage[] = []
    for (const watch of this.#watches) found.push(await watch.finish())
    const { names } = this.#options.facts
    const losses = found
      .flatMap((damage) => damage.losses)
      .filter(({ table }) => !names.has(table.toLowerCase()))
    return {
      violations: oneOfEach(found.flatMap((damage) => damage.violations)),
      dangling: oneOfEach(found.flatMap((damage) => damage.dangling)),
      losses: oneOfEach(losses),
    }
  }

  async #watch(sql: string): Promise<void> {
    const { facts, beforeStatement, ...options } = this.#options
    beforeStatement()
    const statement = scriptFacts({ sql, statements: [] }, this.#dialect)
    if (statement.keywords.size === 0) return
    facts.add(statement)
    const kind = this.#kindOf(sql)
    if (this.#kinds.has(kind)) return
    this.#kinds.add(kind)
    const watch = await this.#session.inspector?.watch(statement, options)
    if (watch !== undefined) this.#watches.push(watch)
  }

  /** A statement without its values: a thousand rows are one kind. A string behind a sign names no table. */
  #kindOf(sql: string): string {
    const tokens = sqlTokens(sql, this.#dialect)
    return tokens
      .map(({ kind, text }, index) => {
        const before = tokens[index - 1]
        const isValue =
          kind === 'number' || (kind === 'string' && before?.kind === 'sign' && before.text !== '.')
        return isValue ? '?' : text
      })
      .join(' ')
  }
}

/** Of what several watches found of one table the worst: the first that began has seen all of it. */
function oneOfEach<Found extends { readonly table: string; readonly parent?: string }>(
  found: readonly Found[],
): readonly Found[] {
  const byPlace = new Map<string, Found>()
  for (const one of found) {
    const place = JSON.stringify([one.table, one.parent])
    if (!byPlace.has(place)) byPlace.set(place, one)
  }
  return [...byPlace.values()]
}
