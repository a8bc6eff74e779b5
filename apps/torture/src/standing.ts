import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'

/** What a database holds, in a form that can be compared. */
export interface Standing {
  /** What integrity_check and foreign_key_check found, or the error of opening it; `ok` where nothing is wrong. */
  readonly integrity: string
  /** A hash over schema and rows, without the tracking tables. */
  readonly content: string
  /** One line per record: id, state, direction and progress. */
  readonly records: string
  /** One line per step that the history calls done. */
  readonly history: string
  /** The migration in doubt. */
  readonly doubt?: string | undefined
}

const own = "name NOT LIKE 'schema\\_migrations%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

/** Opens a database, which recovers it where that is needed, and looks at all of it. */
export function standingOf(path: string): Standing {
  // No file and an empty one are the same: a database without anything in it.
  if (!existsSync(path) || statSync(path).size === 0) return look(new Database(':memory:'))
  let database: Database.Database | undefined
  try {
    database = new Database(path, { fileMustExist: true, timeout: 5_000 })
    return look(database)
  } catch (error) {
    return { integrity: String(error), content: '', records: '', history: '' }
  } finally {
    database?.close()
  }
}

function look(database: Database.Database): Standing {
  const found = [
    ...database.prepare<[], string>('PRAGMA integrity_check').pluck().all(),
    ...database.prepare('PRAGMA foreign_key_check').raw().all().map(String),
  ]
  const records = recordsOf(database)
  return {
    integrity: found.join('; '),
    content: contentOf(database),
    records: records.map((fields) => fields.join(' ')).join('\n'),
    history: historyOf(database),
    doubt: records.find(([, state]) => state === 'in-doubt')?.[0],
  }
}

function contentOf(database: Database.Database): string {
  const objects = database
    .prepare<[], { type: string; name: string; sql: string | null }>(
      `SELECT type, name, sql FROM sqlite_schema WHERE ${own} AND tbl_${own} ORDER BY type, name`,
    )
    .all()
  const hash = createHash('sha256')
  for (const { type, name, sql } of objects) {
    // Renaming a table puts its name in quotes.
    hash.update(`${type} ${name} ${sql?.replaceAll('"', '')}\n`)
    if (type !== 'table') continue
    const rows = database.prepare(`SELECT * FROM "${name}" ORDER BY 1`).raw().all()
    hash.update(JSON.stringify(rows))
  }
  return hash.digest('hex').slice(0, 16)
}

function has(database: Database.Database, table: string): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined
}

function recordsOf(database: Database.Database): readonly string[][] {
  if (!has(database, 'schema_migrations')) return []
  const sql = 'SELECT id, state, direction, ifnull(progress, 0) FROM schema_migrations ORDER BY version'
  const rows = database.prepare<[], unknown[]>(sql).raw().all()
  // Of a finished step it does not matter how it was done.
  return rows.map((row) => row.map(String)).map((row) => (row[1] === 'applied' ? row.slice(0, 2) : row))
}

function historyOf(database: Database.Database): string {
  if (!has(database, 'schema_migrations_history')) return ''
  return database
    .prepare<[], string>(
      "SELECT id || ' ' || outcome FROM schema_migrations_history WHERE outcome IN ('applied', 'reverted') ORDER BY sequence",
    )
    .pluck()
    .all()
    .join('\n')
}
