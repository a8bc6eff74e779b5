import type {
  DatabaseContent,
  DatabaseSchema,
  DatabaseStatistics,
  Finding,
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
import { findNotices, findProblems } from './find-problems.ts'
import { numberOn } from './number-on.ts'
import { readContent } from './read-content.ts'
import { readRows } from './read-rows.ts'
import { readStatistics } from './read-statistics.ts'
import { SchemaReader } from './schema/schema-reader.ts'
import { countRows, findTable, sizeOf } from './tables.ts'
import { watchScript } from './watch-script.ts'

/**
 * Looks at the schema and the rows of one connection. A table outside of the first schema of the search path has the
 * name of its schema and a dot in front of its own.
 */
export class PostgresInspector implements Inspector {
  readonly #connection: Connection
  readonly #schema: SchemaReader

  constructor(connection: Connection) {
    this.#connection = connection
    this.#schema = new SchemaReader(connection)
  }

  watch(facts: ScriptFacts, options: WatchOptions): Promise<Watch> {
    return watchScript(this.#connection, facts, options)
  }

  verify(scope?: VerifyScope): Promise<readonly IntegrityProblem[]> {
    return findProblems(this.#connection, scope)
  }

  notices(): Promise<readonly Finding[]> {
    return findNotices(this.#connection)
  }

  async version(): Promise<string> {
    const [row] = await this.#connection.run<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    )
    return row?.version.split(' ')[0] ?? ''
  }

  async sizeBytes(): Promise<number> {
    const sql = 'SELECT pg_database_size(current_database()) AS size'
    const [row] = await this.#connection.run<{ size: number }>(sql)
    return row?.size ?? 0
  }

  statistics(): Promise<DatabaseStatistics> {
    return readStatistics(this.#connection)
  }

  schema(): Promise<DatabaseSchema> {
    return this.#schema.read()
  }

  async numberOn(table: string): Promise<void> {
    await numberOn(this.#connection, await findTable(this.#connection, table))
  }

  /** The schemas that are there, in the order of the search path. */
  async context(): Promise<string> {
    const sql = "SELECT current_setting('search_path') || ' ' || current_user AS context"
    const [row] = await this.#connection.run<{ context: string }>(sql)
    return row?.context ?? ''
  }

  async tableBytes(table: string): Promise<number | undefined> {
    return sizeOf(this.#connection, await findTable(this.#connection, table))
  }

  content(signal?: StopSignal): Promise<DatabaseContent> {
    return readContent(this.#connection, signal)
  }

  async count(table: string, columns: readonly string[] = []): Promise<RowCount> {
    return countRows(this.#connection, await findTable(this.#connection, table), columns)
  }

  async *rows(
    table: string,
    columns: readonly string[],
    orderBy: readonly string[] = [],
  ): AsyncIterable<readonly SqlValue[]> {
    const found = await findTable(this.#connection, table)
    yield* readRows(this.#connection, { table: found, columns, orderBy })
  }
}
