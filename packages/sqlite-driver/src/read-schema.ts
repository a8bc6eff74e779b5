import type { DatabaseSchema } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { Connection } from './connection.ts'
import { SchemaReader } from './inspection/schema-reader.ts'

/**
 * The schema that an open handle sees now, at once and without a session: for tests, which look between two
 * statements, and inside transactions, too. Writes nothing. Throws DATABASE_… codes.
 */
export function readSchema(handle: BetterSqlite3.Database): DatabaseSchema {
  const place = { location: handle.memory ? 'a database in memory' : handle.name, path: undefined }
  return new SchemaReader(new Connection(handle, { place, readOnly: true, busyTimeoutMs: 0 })).read()
}
