import type { SchemaObject } from '../schema/database-schema.ts'
import type { TransactionMode } from './transaction-mode.ts'

/** How one engine's SQL is written, as data for the lexer, and what it refuses in a migration. */
export interface Dialect {
  /** `sqlite`, `postgres`, `mysql`. */
  readonly name: string
  readonly lexis: Lexis
  /** What may not stand in a migration, by the first keyword of the statement in upper case. */
  readonly refusals: ReadonlyMap<string, StatementRule>
  /** What a statement forbids to those behind it, by its first keyword in upper case. */
  readonly aftermaths: ReadonlyMap<string, AftermathRule>
  /**
   * Statements that the engine refuses inside a transaction or ignores there, by their first keyword in upper case;
   * the rule may say yes where it cannot be sure.
   */
  readonly alone: ReadonlyMap<string, (statement: string) => boolean>
  /**
   * Statements by which the engine commits the transaction they stand in, by their first keyword in upper case; the
   * rule may say yes where it cannot be sure. Empty where nothing does.
   */
  readonly commits: ReadonlyMap<string, (statement: string) => boolean>
  /** How migrations share transactions where nobody says. */
  readonly transaction: TransactionMode
  /** Keywords in upper case that decide what has to be checked after a script. */
  readonly keywords: readonly string[]
  /**
   * What people call a statement that changes something outside of its database, undefined for all others: it is not run
   * where things are only tried out.
   */
  readonly reachesOut: (statement: string) => string | undefined
  /** Words without which a statement does the same, and only others have to wait for it: `CONCURRENTLY`. */
  readonly yieldingWords: ReadonlySet<string>
  /** A migration can say where a column stands, so that the order of columns counts. */
  readonly ordersColumns: boolean
  /** Foreign keys are enforced whatever a migration says. */
  readonly enforcesForeignKeys: boolean
  /** After a statement that failed nothing runs in its transaction but a way back to a savepoint. */
  readonly failureSpoilsTransaction: boolean
  /** What stands for a value that is bound to a statement, by its position from 1: `?`, `$1`. */
  readonly placeholder: (position: number) => string
  /** Names in quotation marks are the same in any case, as those without are. */
  readonly foldsQuotedNames: boolean
  /** Objects whose names need to be unique only within their table. */
  readonly namedInTable: ReadonlySet<SchemaObject['kind']>
  /** Strings may hold SQL that the script runs (`DO $$ … $$`), so that their words count as names. */
  readonly runsStrings: boolean
  /** Truth is written `true` and `false`; otherwise it is 1 and 0. */
  readonly hasBooleans: boolean
  /** A column gets another type where it is, with `ALTER COLUMN … TYPE … USING`; otherwise another column takes its place. */
  readonly castsColumns: boolean
}

/** How tokens are written, and where statements end. */
export interface Lexis {
  /** Characters between tokens. */
  readonly space: string
  readonly strings: readonly Quotation[]
  readonly identifiers: readonly Quotation[]
  readonly stringPrefixes: readonly StringPrefix[]
  /** `$$ … $$` and `$tag$ … $tag$` are strings. */
  readonly dollarQuotes: boolean
  readonly comments: CommentStyle
  /**
   * Characters that begin a parameter: a migration has no values for one. A dollar sign where there are `dollarQuotes`
   * begins one only outside of statements with a body, and with a number behind it: inside, `$1` is an argument.
   */
  readonly parameters: string
  /** Operators of two characters; longer ones are chains of them (`->` and `>>` make `->>`), unless there are `operatorSigns`. */
  readonly operators: readonly string[]
  /** Characters any run of which is one operator, but for a sign at its end (`=-` is two); empty where there is none. */
  readonly operatorSigns: string
  /** Characters outside of strings that only the engine's own shell understands. */
  readonly shellSigns: string
  /** Signs that begin a command of the engine's own shell where a statement could begin. */
  readonly shellBeginnings: string
  /** Names may begin with a digit. */
  readonly digitsBeginNames: boolean
  /** Lines `DELIMITER //` say what ends a statement from there on. */
  readonly delimiterLines: boolean
  /** A semicolon between parentheses does not end a statement. */
  readonly parentheses: boolean
  /**
   * Beginnings of statements that hold other statements, as words in upper case; a `*` stands for any tokens. What of
   * the semicolons behind them belongs to the statement is said by `body`.
   */
  readonly bodies: readonly string[]
  readonly body: BodyStyle
}

/** A pair of quotation marks. */
export interface Quotation {
  readonly open: string
  readonly close: string
  /** The closing mark, written twice, stands for itself. */
  readonly doubled: boolean
  /** A backslash takes the next character for itself. */
  readonly backslash: boolean
}

/** Letters that belong to a string between apostrophes when they stand directly in front of it: `x'ff'`, `U&'\0041'`. */
export interface StringPrefix {
  /** In upper case: one letter, or one with `&` behind it. */
  readonly prefix: string
  /** An apostrophe, written twice, stands for itself. */
  readonly doubled: boolean
  /** A backslash takes the next character for itself, whatever the string does without the prefix. */
  readonly backslash: boolean
  /** It may stand in front of a quoted name, too. */
  readonly names: boolean
  /** What stands between the apostrophes is the text itself; otherwise it stands for bits or bytes. */
  readonly isText: boolean
}

export interface CommentStyle {
  /** `/* … *\/` may hold others of its kind. */
  readonly nested: boolean
  /** `#` begins a comment, too. */
  readonly hash: boolean
  /** `--` begins a comment only in front of white space or the end of the text. */
  readonly spaceBehindDashes: boolean
  /** A carriage return ends a line comment, as a line feed does. */
  readonly returnEnds: boolean
  /** `/*!50000 … *\/` and `/*M! … *\/` hold SQL. */
  readonly conditional: boolean
}

/**
 * Which semicolons belong to a statement with a body. `trigger`: all up to the one behind an `END` that follows a
 * semicolon. `atomic`: those between `BEGIN ATOMIC` and its `END`. `compound`: those inside BEGIN, CASE, IF, LOOP,
 * REPEAT, WHILE and FOR, each up to its `END`.
 */
export type BodyStyle = 'trigger' | 'atomic' | 'compound'

/** How the statements of a migration are run: inside a transaction, or each on its own. */
export type ScriptMode = 'transaction' | 'none'

/** Looks at one statement; a refusal says why it may not stand in a migration. */
export type StatementRule = (statement: string, mode: ScriptMode) => Refusal | undefined

/** Looks at one statement and those before it, and says what of those behind it may not stand there. */
export type AftermathRule = (
  statement: string,
  context: { readonly mode: ScriptMode; readonly earlier: () => readonly string[] },
) => ((later: string) => Refusal | undefined) | undefined

export interface Refusal {
  /** The statement as a person would call it: `PRAGMA foreign_keys`. */
  readonly statement: string
  /** The rule that is broken, as the end of a sentence that begins with the statement: "would end …". */
  readonly rule: string
  /** What to write instead. */
  readonly hint: string
}
