import { createHash } from 'node:crypto'
import { sqliteDialect, tokenChecksum } from '@whimbrel/core'
import Database from 'better-sqlite3'

/** What a database holds, without what the tool keeps in it. */
export interface DatabaseState {
  /** A hash over the tokens of each object's statement: white space and needless quotation marks do not count. */
  readonly schema: Readonly<Record<string, string>>
  /** A hash over all rows of each table. */
  readonly rows: Readonly<Record<string, string>>
}

/** Looks at schema and rows on a connection of its own. */
export function databaseState(path: string): DatabaseState {
  const database = new Database(path, { readonly: true })
  try {
    const objects = database
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL AND tbl_name NOT LIKE 'schema_migrations%' AND name NOT LIKE 'sqlite_%'",
      )
      .all() as { type: string; name: string; sql: string }[]
    const tables = objects.filter(({ type }) => type === 'table')
    return {
      schema: Object.fromEntries(objects.map(({ name, sql }) => [name, hashOfStatement(sql)])),
      rows: Object.fromEntries(tables.map(({ name }) => [name, hashOfRows(database, name)])),
    }
  } finally {
    database.close()
  }
}

/** ALTER TABLE … RENAME puts the name in quotation marks, and ADD COLUMN keeps to one line. */
function hashOfStatement(sql: string): string {
  return tokenChecksum(sql.replaceAll(/"(\w+)"/g, '$1'), sqliteDialect)
}

function hashOfRows(database: Database.Database, table: string): string {
  const rows = database
    .prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`)
    .raw()
    .all()
  const lines = rows.map((row) =>
    JSON.stringify(row, (_, value) => (Buffer.isBuffer(value) ? value.toString('hex') : value)),
  )
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}
