import type { Dialect, Refusal, ScriptMode } from '../model/dialect.ts'
import type { Lexer } from './lexer.ts'
import { columnAt, errorAtLine } from './position.ts'

/** A statement between two offsets of the text. */
export interface ReadStatement {
  readonly from: number
  readonly to: number
  readonly verb: string
  /** 1-based line of the file. */
  readonly line: number
  /** 1-based, in its part. */
  readonly number: number
}

export interface GuardOptions {
  readonly mode: ScriptMode
  readonly part?: string | undefined
}

/** Refuses, statement by statement, what a dialect refuses in a migration. */
export class StatementGuard {
  readonly #lexer: Lexer
  readonly #dialect: Dialect
  readonly #options: GuardOptions
  readonly #earlier: ReadStatement[] = []
  readonly #aftermaths: ((later: string) => Refusal | undefined)[] = []

  constructor(lexer: Lexer, dialect: Dialect, options: GuardOptions) {
    this.#lexer = lexer
    this.#dialect = dialect
    this.#options = options
  }

  /** Throws MIGRATION_FORBIDDEN. */
  check(statement: ReadStatement): void {
    const { refusals, aftermaths } = this.#dialect
    const { mode } = this.#options
    const rule = refusals.get(statement.verb)
    const aftermath = aftermaths.get(statement.verb)
    const isPlain = rule === undefined && aftermath === undefined && this.#aftermaths.length === 0
    if (!isPlain) {
      const sql = this.#textOf(statement)
      const refusal = rule?.(sql, mode) ?? this.#refusedBefore(sql)
      if (refusal !== undefined) throw this.#error(refusal, statement)
      const earlier = () => this.#earlier.map((each) => this.#textOf(each))
      const later = aftermath?.(sql, { mode, earlier })
      if (later !== undefined) this.#aftermaths.push(later)
    }
    if (aftermaths.size > 0) this.#earlier.push(statement)
  }

  #refusedBefore(sql: string): Refusal | undefined {
    for (const aftermath of this.#aftermaths) {
      const refusal = aftermath(sql)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  #textOf({ from, to }: ReadStatement): string {
    return this.#lexer.text.slice(from, to)
  }

  #error(refusal: Refusal, { from, line, number: statement }: ReadStatement): Error {
    const { text, origin } = this.#lexer
    const { part } = this.#options
    const where = part === undefined ? '' : ` of the ${part} part`
    return errorAtLine(
      'MIGRATION_FORBIDDEN',
      { ...origin, line },
      {
        message: `statement ${statement}${where}, ${refusal.statement}, ${refusal.rule}`,
        hint: refusal.hint,
        details: { statement, part, column: columnAt(text, from) },
      },
    )
  }
}
