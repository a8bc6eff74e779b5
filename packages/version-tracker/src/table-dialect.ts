import { mysqlTables } from './mysql-tables.ts'
import { postgresTables } from './postgres-tables.ts'
import type { TableColumns } from './table-columns.ts'

/** Kinds of column that the tables need. */
export type ColumnType = 'version-key' | 'history-key' | 'text' | 'integer' | 'number'

/**
 * What the tables need to know of an engine, as data. The engine must have `ALTER TABLE … ADD COLUMN`, and either
 * `RETURNING` and `ON CONFLICT … DO UPDATE` or `ON DUPLICATE KEY UPDATE`.
 */
export interface TableDialect {
  readonly name: string
  readonly types: Readonly<Record<ColumnType, string>>
  /** What stands behind the type of a column, as the engine wants it; undefined for as it is. */
  readonly rule?: (rule: string) => string
  /** What stands behind the columns of a new table. */
  readonly tableEnding?: string
  /** The statement with its parameters, written as `?`, as the engine wants them. */
  readonly parameters: (sql: string) => string
  /** How a value for a column of this type is passed, default `?`: columns of other programs may have other types. */
  readonly place?: (type: ColumnType) => string
  /** A table by its full name: a temporary table of the same name must not take its place. */
  readonly table: (name: string) => string
  /** A column as text, the empty string where it is null. */
  readonly text: (expression: string) => string
  /** Texts one behind the other. */
  readonly joined: (parts: readonly string[]) => string
  /** Whether two values are the same, NULL like any other. */
  readonly same: (left: string, right: string) => string
  /** How a statement that writes tells what it wrote: by rows that it returns, or by counting them. */
  readonly writing: 'returned' | 'counted'
  /**
   * Rows from a parameter that holds an array of JSON objects, as a table `row`. Only where a statement that writes can
   * be part of another one: then a record and its history are one statement.
   */
  readonly rows?: (columns: readonly string[]) => string
  /** All rows of a table in one string: the fields in turn, each parted from the next by U+001F. */
  readonly packed: (fields: readonly string[]) => string
  /**
   * Finds what has one of three names; its parameters are the first two names and then all three. Rows are `LookRow`s.
   * Asks for the columns of tables only: a view that no longer compiles could not tell them.
   */
  readonly lookSql: string
  /** Columns of what `lookSql` finds, with its parameters, where that cannot tell them. Rows are `ColumnRow`s. */
  readonly columnsSql?: string
  /**
   * Lets the keys of a history go on behind those that were given; undefined where the engine does so by itself. Its
   * parameter is the history as `table` names it.
   */
  readonly continueKeys?: (history: string) => string
  /** Why a table cannot have this name, undefined where it can. */
  readonly refusal: (name: string) => string | undefined
}

/** A row of `columnsSql`: one column, in the order of the table. */
export interface ColumnRow {
  readonly part: keyof TableColumns
  readonly name: string
  readonly type: string
  /** Above 0 where it is in the primary key. */
  readonly position: number
}

/** A row of `lookSql`: one table, view or index. */
export interface LookRow {
  /** `records` for the first name, `history` for the second, `stamp` for the third. */
  readonly part: keyof TableColumns
  /** `table`, `view`, `index` … */
  readonly kind: string
  /** JSON: name, declared type and a number of each column: above 0 where it is in the primary key. */
  readonly columns: string
}

const sqlite: TableDialect = {
  name: 'sqlite',
  types: {
    'version-key': 'INTEGER PRIMARY KEY',
    'history-key': 'INTEGER PRIMARY KEY AUTOINCREMENT',
    text: 'TEXT',
    integer: 'INTEGER',
    number: 'NUMERIC',
  },
  parameters: (sql) => sql,
  table: (name) => `main."${name.replaceAll('"', '""')}"`,
  text: (expression) => `ifnull(${expression}, '')`,
  joined: (parts) => parts.join(' || '),
  same: (left, right) => `${left} IS NOT DISTINCT FROM ${right}`,
  writing: 'returned',
  packed: (fields) => `group_concat(concat_ws(char(31), ${fields.join(', ')}), char(31))`,
  lookSql:
    "SELECT CASE WHEN s.name = ? COLLATE NOCASE THEN 'records' WHEN s.name = ? COLLATE NOCASE THEN 'history' " +
    "ELSE 'stamp' END AS part, s.type AS kind, " +
    '(SELECT json_group_array(json_array(x.name, x.type, x.pk)) ' +
    "FROM pragma_table_xinfo(CASE s.type WHEN 'table' THEN s.name END, 'main') AS x) AS columns " +
    "FROM main.sqlite_schema AS s WHERE s.name COLLATE NOCASE IN (?, ?, ?) AND s.type <> 'trigger'",
  refusal: (name) =>
    name.toLowerCase().startsWith('sqlite_')
      ? 'SQLite keeps names that begin with "sqlite_" for itself'
      : undefined,
}

/** What else an engine may have to know. */
export interface TablePlace {
  /** Schema in which the tables are. */
  readonly schema?: string | undefined
}

/** Engines whose tables this package can write, by name. */
export const tableDialects = {
  sqlite: () => sqlite,
  postgres: postgresTables,
  mysql: mysqlTables,
} as const satisfies Record<string, (place: TablePlace) => TableDialect>
