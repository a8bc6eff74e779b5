import type { Connection } from '../connection.ts'

// Statements hold no NUL, so that none of them can pass for two.
const everyStatement = `SELECT group_concat(type || char(0) || name || char(0) || tbl_name || char(0) || coalesce(sql, ''),
  char(0) ORDER BY type, name) FROM main.sqlite_schema`

/** All statements of the schema of the main database in one text. */
export function schemaText(connection: Connection): string {
  return String(connection.value(everyStatement) ?? '')
}
