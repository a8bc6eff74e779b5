import type {
  DatabaseContent,
  DatabaseSchema,
  DatabaseStatistics,
  Inspector,
  IntegrityProblem,
  RowCount,
  ScriptFacts,
  SqlValue,
  StopSignal,
  VerifyScope,
  Watch,
  WatchOptions,
} from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { countRows } from './count-rows.ts'
import { findProblems } from './find-problems.ts'
import { KnownNames } from './known-names.ts'
import { readContent } from './read-content.ts'
import { readStatistics } from './read-statistics.ts'
import { SchemaLinks } from './schema-links.ts'
import { SchemaReader } from './schema-reader.ts'
import { ScriptWatch } from './script-watch.ts'
import { tableBytes } from './table-bytes.ts'
import { ViolationBaseline } from './violation-baseline.ts'

/** Looks at the schema and the rows of one connection. */
export class SqliteInspector implements Inspector {
  readonly #connection: Connection
  #known: { readonly links: SchemaLinks; readonly baseline: ViolationBaseline } | undefined

  readonly #schemas: SchemaReader
  #names: KnownNames | undefined
  #isWatching = false

  constructor(connection: Connection) {
    this.#connection = connection
    this.#schemas = new SchemaReader(connection)
  }

  async watch(facts: ScriptFacts, options: WatchOptions): Promise<Watch> {
    const connection = this.#connection
    this.#known ??= { links: new SchemaLinks(connection), baseline: new ViolationBaseline(connection) }
    if (!connection.inTransaction) this.onBegin()
    const watch = new ScriptWatch({ connection, ...this.#known }, facts, options)
    this.#isWatching = true
    return {
      finish: async () => {
        this.#isWatching = false
        return watch.finish()
      },
    }
  }

  async verify(scope?: VerifyScope): Promise<readonly IntegrityProblem[]> {
    this.#names ??= new KnownNames(this.#connection)
    if (scope?.names === undefined) this.#names.learn()
    return findProblems(this.#connection, { ...scope, known: this.#names })
  }

  async version(): Promise<string> {
    return String(this.#connection.value('SELECT sqlite_version()'))
  }

  async sizeBytes(): Promise<number> {
    const connection = this.#connection
    return Number(connection.pragma('page_count')) * Number(connection.pragma('page_size'))
  }

  async statistics(): Promise<DatabaseStatistics> {
    return readStatistics(this.#connection, await this.schema())
  }

  async schema(): Promise<DatabaseSchema> {
    return this.#schemas.read()
  }

  async tableBytes(table: string): Promise<number> {
    return tableBytes(this.#connection, table)
  }

  content(signal?: StopSignal): Promise<DatabaseContent> {
    return readContent(this.#connection, signal)
  }

  async count(table: string, columns: readonly string[] = []): Promise<RowCount> {
    return countRows(this.#connection, table, columns)
  }

  async *rows(
    table: string,
    columns: readonly string[],
    orderBy: readonly string[] = [],
  ): AsyncIterable<readonly SqlValue[]> {
    const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(quoteIdentifier).join(', ')}`
    const sql = `SELECT ${columns.map(quoteIdentifier).join(', ')} FROM main.${quoteIdentifier(table)}${order}`
    yield* this.#connection.each(sql)
  }

  /** To be told of every statement before it runs: a change of the schema that nobody watches has to be noticed. */
  notice(sql: string): void {
    if (this.#known === undefined || this.#isWatching) return
    if (!/^(insert|update|delete|select|with)\b/i.test(sql)) this.#known.links.forget()
  }

  /** Between transactions others may have written. */
  onBegin(): void {
    this.#isWatching = false
    this.#known?.baseline.clear()
  }

  onCommit(): void {
    this.#known?.links.endTransaction()
  }

  /** What was undone took its schema and its rows with it. */
  onUndo(): void {
    this.#isWatching = false
    this.#known?.baseline.clear()
    this.#known?.links.forget()
  }
}
