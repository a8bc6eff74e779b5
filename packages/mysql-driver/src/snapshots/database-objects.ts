import type { Connection } from '../connection.ts'
import { lockTable } from '../lock-table.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { restoreTable } from '../restore-marker.ts'

export type ObjectKind =
  | 'TABLE'
  | 'SEQUENCE'
  | 'VIEW'
  | 'TRIGGER'
  | 'FUNCTION'
  | 'PROCEDURE'
  | 'PACKAGE'
  | 'EVENT'

/** Something in a database by its name. */
export interface DatabaseObject {
  readonly kind: ObjectKind
  readonly name: string
}

/** One plain query each. */
const queries = [
  `SELECT CASE table_type WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
    table_name AS name FROM information_schema.tables
    WHERE table_schema = ? AND table_name NOT IN ('${lockTable}', '${restoreTable}') AND table_type NOT LIKE 'TEMPORARY%'`,
  `SELECT 'TRIGGER' AS kind, trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = ?`,
  `SELECT routine_type AS kind, routine_name AS name FROM information_schema.routines
    WHERE routine_schema = ? AND routine_type IN ('FUNCTION', 'PROCEDURE', 'PACKAGE')`,
  `SELECT 'EVENT' AS kind, event_name AS name FROM information_schema.events WHERE event_schema = ?`,
]

/** All objects of a database but those of the lock and of a restore. */
export async function databaseObjects(
  connection: Connection,
  database: string,
): Promise<readonly DatabaseObject[]> {
  const objects: DatabaseObject[] = []
  for (const sql of queries)
    objects.push(...(await connection.run<{ kind: ObjectKind; name: string }>(sql, [database])))
  return objects
}

/** Its name as it stands in SQL, wherever the connection is. */
export function nameIn(database: string, { name }: DatabaseObject): string {
  return `${quoteIdentifier(database)}.${quoteIdentifier(name)}`
}
