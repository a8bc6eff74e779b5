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
  TableStatistics,
  VerifyScope,
  Watch,
  WatchOptions,
} from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { restoreNotices } from '../restore-marker.ts'
import { findProblems } from './find-problems.ts'
import { readContent } from './read-content.ts'
import { readRows } from './read-rows.ts'
import { SchemaReader } from './schema/schema-reader.ts'
import { watchScript } from './script-watch.ts'
import { countRows, listTables } from './tables.ts'

/** Looks at the schema and the rows of one connection. */
export class MysqlInspector implements Inspector {
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
    return restoreNotices(this.#connection)
  }

  async version(): Promise<string> {
    const [row] = await this.#connection.run<{ version: string }>('SELECT version() AS version')
    return row?.version.split('-')[0] ?? ''
  }

  async sizeBytes(): Promise<number> {
    const tables = await listTables(this.#connection)
    return tables.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  async statistics(): Promise<DatabaseStatistics> {
    const [row] = await this.#connection.run<{ page: number }>('SELECT @@innodb_page_size AS page')
    const pageSize = row?.page ?? 16_384
    const tables: TableStatistics[] = []
    for (const { name, sizeBytes } of await listTables(this.#connection)) {
      const { rows } = await countRows(this.#connection, name)
      tables.push({ name, rows, sizeBytes })
    }
    const sizeBytes = await this.sizeBytes()
    return { sizeBytes, pages: Math.ceil(sizeBytes / pageSize), pageSize, tables }
  }

  schema(): Promise<DatabaseSchema> {
    return this.#schema.read()
  }

  async tableBytes(table: string): Promise<number | undefined> {
    return (await listTables(this.#connection)).find(({ name }) => name === table)?.sizeBytes
  }

  content(signal?: StopSignal): Promise<DatabaseContent> {
    return readContent(this.#connection, signal)
  }

  count(table: string, columns?: readonly string[]): Promise<RowCount> {
    return countRows(this.#connection, table, columns)
  }

  rows(
    table: string,
    columns: readonly string[],
    orderBy?: readonly string[],
  ): AsyncIterable<readonly SqlValue[]> {
    return readRows(this.#connection, { table, columns, orderBy })
  }
}
