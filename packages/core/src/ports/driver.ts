import type { Dialect } from '../model/dialect.ts'
import type { Finding } from '../model/finding.ts'
import type { DatabaseSchema } from '../schema/database-schema.ts'
import type { RunJournal } from './run-journal.ts'
import type { DatabaseContent, Snapshots } from './snapshots.ts'

/** A value that every driver can bind and return. */
export type SqlValue = string | number | bigint | null | Uint8Array

/** Who holds or asks for a lock, so that others can be told. */
export interface LockOwner {
  readonly host: string
  readonly pid: number
  /** The command as a person would recognise it: `whimbrel up --db settings`. */
  readonly command: string
  /** UTC, ISO 8601. */
  readonly since: string
}

export interface LockOptions {
  /** How long to wait for it, in milliseconds. */
  readonly timeoutMs: number
  /** Told once when it has to wait. */
  readonly onWait?: (holder: LockOwner | undefined) => void
  readonly signal?: StopSignal | undefined
}

/** An exclusive right to migrate one database; a killed process frees it at once. */
export interface Lock {
  release(): Promise<void>
}

/** Something that can say that work should stop. An AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean
}

/** What the engine behind a session can do, probed when it opens. */
export interface Capabilities {
  /** Schema changes are undone with their transaction. */
  readonly transactionalDdl: boolean
  readonly savepoints: boolean
}

export interface TransactionOptions {
  /**
   * Enforce foreign keys while it runs (default false). Where an engine cannot switch them off, the option is
   * ignored. Only the outermost transaction may set it.
   */
  readonly foreignKeys?: boolean
  /**
   * Leave every setting of the connection as the statements before have set it, that of foreign keys, too (default
   * false: they are put back first). Only for the outermost transaction, and not together with `foreignKeys`.
   */
  readonly asIs?: boolean
}

export interface StatementOptions {
  /**
   * The same text comes again and again and always returns the same columns, so that a driver may keep it prepared; where
   * it only reads it changes nothing of the connection (default false).
   */
  readonly recurs?: boolean
}

/** One pinned connection. Every error it throws is a MigrateError. */
export interface Session {
  readonly capabilities: Capabilities
  /** Optional role: looks at schema and rows. */
  readonly inspector?: Inspector
  /** Runs exactly one statement. */
  execute(sql: string, params?: readonly SqlValue[], options?: StatementOptions): Promise<void>
  /** Runs one statement and returns its rows, columns by name; integers beyond 2^53 as bigint. */
  query<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: StatementOptions,
  ): Promise<Row[]>
  /** Rows changed on this connection so far, by triggers and cascades too where the engine counts these. */
  changes(): Promise<number>
  /**
   * Runs `work` in a transaction: kept when it resolves, undone when it rejects. Inside another transaction it is
   * a savepoint. Throws TRANSACTION_LOST when `work` ended the transaction by itself.
   */
  transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Optional role: what became of a statement outside a transaction that was interrupted. */
  readonly settler?: StatementSettler
  /**
   * Optional role: puts the session into the state of a new one, outside of transactions: settings, variables, temporary
   * tables and locks that statements have left are gone. False where that is not certain: then it is to be closed.
   */
  reset?(): Promise<boolean>
  /** Optional role: makes certain that a transaction can be committed. Absent where a commit checks nothing by itself. */
  readonly twoPhase?: TwoPhase
  close(): Promise<void>
}

/** Optional role of a session: the first part of a commit, for a run that is kept or undone with those of others. */
export interface TwoPhase {
  /**
   * At the end of the outermost transaction, when nothing but its commit follows: checks what the engine would check
   * then, and that the connection lives. Throws what the commit would throw.
   *
   * With the id of a run, and where the engine can, the transaction outlasts its session from here on: the commit
   * cannot fail for the lack of a connection, and `RunJournal.settle` ends it when nobody else did.
   */
  prepare(run?: string): Promise<void>
}

/**
 * Optional role of a session: finds out whether a statement that runs outside a transaction took effect, where nobody
 * lived to write that down. Such a statement is one change of the schema, made as a whole or not at all.
 */
export interface StatementSettler {
  /**
   * What the statement is about to change, as it is now: short, without white space, and different once the statement
   * took effect. Undefined where nobody could see that it did.
   */
  trace(sql: string): Promise<string | undefined>
  /**
   * Whether the statement took effect since `trace` gave that text. Waits for one that the server is still at, and
   * clears away what it left half done, so that it can run again.
   */
  settle(sql: string, trace: string): Promise<boolean>
}

/** One engine at one place. */
export interface Driver {
  readonly dialect: Dialect
  /** The place as shown to people: no password. */
  readonly location: string
  /** False where opening for writing would make a new database. */
  exists(): Promise<boolean>
  /**
   * Opens a connection of its own. `read` creates and changes nothing and throws DATABASE_MISSING where there is
   * no database; `write` creates it, with its directory.
   */
  session(mode: 'read' | 'write'): Promise<Session>
  /**
   * How long a step is tried again while others hold what it needs, in milliseconds: after errors with
   * `details.transient`. Absent where the engine waits by itself.
   */
  readonly busyTimeoutMs?: number
  /** Throws LOCK_TIMEOUT, naming the holder. */
  lock(owner: LockOwner, options: LockOptions): Promise<Lock>
  /**
   * Optional role: tells where the database is, so that a copy can be told from it: opaque, equal as long as it is the
   * same database at the same place. Undefined where there is no such place.
   */
  place?(): Promise<string | undefined>
  /**
   * Optional role: opens a database of the same engine to try things out on, gone when its session is closed. It has
   * the schema that is given and no rows; foreign keys are not enforced while it is filled.
   */
  scratch?(like?: DatabaseSchema): Promise<Session>
  /** Optional role: looks at the place and what surrounds it, changes nothing, and throws nothing that it can tell. */
  diagnose?(): Promise<readonly Diagnosis[]>
  /**
   * Optional role: asks the server to give up the statements that sessions of this driver are at, for somebody who wants
   * to stop. Each of them fails with INTERRUPTED, or ends as if nobody had asked; a commit is never given up. Resolves
   * when the server was asked, and throws nothing.
   */
  cancel?(): Promise<void>
  /** Optional role: what a run over several databases has decided. */
  readonly runJournal?: RunJournal
  /** Optional role: copies of the whole database. */
  readonly snapshots?: Snapshots
  close(): Promise<void>
}

/** One thing that was looked at, and what to do where something is wrong. */
export interface Diagnosis {
  /** What was looked at, in a word or two: `free space`. */
  readonly name: string
  /** `note` is odd and may be meant so; with a `problem` something will fail, or has. */
  readonly verdict: 'ok' | 'note' | 'problem'
  readonly message: string
  /** The next command or edit; only where something is to be done. */
  readonly hint?: string
}

/** Rows of one table whose parent is missing. */
export interface ForeignKeyViolation {
  readonly table: string
  readonly parent: string
  readonly count: number
}

/** Something `verify` found. */
export interface IntegrityProblem {
  readonly kind: 'integrity' | 'foreign-key' | 'view' | 'trigger' | 'function'
  /** Name of the object where there is one. */
  readonly object: string
  /** The engine's own words. */
  readonly message: string
}

/** What the SQL of a script says it touches; filled by the lexer. */
export interface ScriptFacts {
  /** Every identifier of the script, lower case. */
  readonly names: ReadonlySet<string>
  /** Every keyword that decides what has to be checked afterwards, upper case: DELETE, DROP, TRIGGER … */
  readonly keywords: ReadonlySet<string>
}

/** Optional role of a session: looks at the schema and its rows for the checks around a migration. */
export interface Inspector {
  /** Begins to watch one script; `finish` returns what it broke. Both run inside the script's transaction. */
  watch(facts: ScriptFacts, options: WatchOptions): Promise<Watch>
  /** Checks integrity and foreign keys, and that every view and trigger compiles. */
  verify(scope?: VerifyScope): Promise<readonly IntegrityProblem[]>
  /** Findings about the database itself that cost little to see, for those who look at it. */
  notices?(): Promise<readonly Finding[]>
  /** Version of the engine: `3.53.2`. */
  version(): Promise<string>
  /** Size of the database in bytes. */
  sizeBytes(): Promise<number>
  /** How much there is and where: counts every row and looks at every page. */
  statistics(): Promise<DatabaseStatistics>
  /**
   * The schema as the engine describes it now. What did not change may be the same object as the last time: then it is
   * the same for certain.
   */
  schema(): Promise<DatabaseSchema>
  /** Optional: lets automatic numbers of a table go on behind those that it has, where the engine does not by itself. */
  numberOn?(table: string): Promise<void>
  /**
   * Optional: what decides, beside the SQL, which schema the same migrations give, such as where names are looked up.
   * Equal where they give the same.
   */
  context?(): Promise<string>
  /** Bytes that a table takes with its indexes; undefined where the engine cannot tell. Reads all of it. */
  tableBytes(table: string): Promise<number | undefined>
  /** Hashes schema and rows as they are at one moment. Throws INTERRUPTED. */
  content(signal?: StopSignal): Promise<DatabaseContent>
  /** Counts the rows of a table, and for each of the columns the values that are not NULL. */
  count(table: string, columns?: readonly string[]): Promise<RowCount>
  /**
   * Rows of a table one by one, the given columns in the given order, ordered by `orderBy`. Values are exact: an
   * integer is a bigint, a number is a floating-point value. The connection can do nothing else until the last row.
   */
  rows(
    table: string,
    columns: readonly string[],
    orderBy?: readonly string[],
  ): AsyncIterable<readonly SqlValue[]>
}

/** How much a database holds. */
export interface DatabaseStatistics {
  readonly sizeBytes: number
  readonly pages: number
  /** Bytes of a page. */
  readonly pageSize: number
  /** Pages that hold nothing and wait to be used again; undefined where the engine does not say. */
  readonly freePages?: number
  /** By name; tables that keep the rows of another one, of a search index for instance, count as part of that. */
  readonly tables: readonly TableStatistics[]
}

export interface TableStatistics {
  readonly name: string
  /** Undefined where they cannot be counted. */
  readonly rows?: number
  /** Bytes of the pages that it uses with its indexes; undefined where the engine does not say. */
  readonly sizeBytes?: number
}

/** How much one table holds. */
export interface RowCount {
  readonly rows: number
  /** By column: how many values are not NULL, in the order that was asked for. */
  readonly values: readonly { readonly column: string; readonly count: number }[]
}

/** What `verify` looks at; everything where nothing is said. */
export interface VerifyScope {
  /** Only what has one of these names, or mentions one; lower case. */
  readonly names?: ReadonlySet<string>
  /**
   * How much of the rows: `all` (default), `keys` only for rows without their parents, `none`. All takes seconds for
   * each gigabyte.
   */
  readonly rows?: 'all' | 'keys' | 'none'
}

export interface WatchOptions {
  /** Foreign keys are enforced while the script runs. */
  readonly foreignKeys: boolean
  /** Tables the author declared may lose rows. */
  readonly expectLoss: readonly string[]
}

/** What a script broke although its text does not say so. */
export interface Damage {
  /** Foreign keys that were satisfied before and are not now. */
  readonly violations: readonly ForeignKeyViolation[]
  /** Foreign keys that now point at a table that does not exist. */
  readonly dangling: readonly { readonly table: string; readonly parent: string }[]
  /** Rows that went from tables that the script never names. */
  readonly losses: readonly { readonly table: string; readonly rows: number }[]
}

export interface Watch {
  finish(): Promise<Damage>
}
