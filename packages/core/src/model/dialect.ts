/** How one engine's SQL is written, as data for the lexer, and what it refuses in a migration. */
export interface Dialect {
  /** `sqlite`, `postgres`, `mysql`. */
  readonly name: string
  readonly lexis: Lexis
  /** What may not stand in a migration, by the first keyword of the statement in upper case. */
  readonly refusals: ReadonlyMap<string, StatementRule>
  /** First keywords, in upper case, of statements that the engine refuses inside a transaction or ignores there. */
  readonly alone: ReadonlySet<string>
}

/** How tokens are written. */
export interface Lexis {
  readonly strings: readonly Quotation[]
  readonly identifiers: readonly Quotation[]
  /** Letters that belong to the string when they stand directly in front of it: `x'ff'`. */
  readonly stringPrefixes: string
  /** Characters that begin a parameter: a migration has no values for one. */
  readonly parameters: string
  /** Operators of two characters; longer ones are chains of them (`->` and `>>` make `->>`). */
  readonly operators: readonly string[]
  /**
   * Beginnings of statements that hold other statements, as words in upper case: such a statement ends at the
   * semicolon behind an `END` that follows a semicolon.
   */
  readonly bodies: readonly string[]
}

/** A pair of quotation marks. */
export interface Quotation {
  readonly open: string
  readonly close: string
  /** The closing mark, written twice, stands for itself. */
  readonly doubled: boolean
}

/** How the statements of a migration are run: inside a transaction, or each on its own. */
export type ScriptMode = 'transaction' | 'none'

/** Looks at one statement; a refusal says why it may not stand in a migration. */
export type StatementRule = (statement: string, mode: ScriptMode) => Refusal | undefined

export interface Refusal {
  /** The statement as a person would call it: `PRAGMA foreign_keys`. */
  readonly statement: string
  /** The rule that is broken, as the end of a sentence that begins with the statement: "would end …". */
  readonly rule: string
  /** What to write instead. */
  readonly hint: string
}
