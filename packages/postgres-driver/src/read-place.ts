import { MigrateError } from '@whimbrel/core'
import type { Connection } from './connection.ts'

const placeSql = `SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid::text AS place
  FROM pg_database WHERE datname = current_database()`

/** Which database of which server this is, undefined where the user may not ask the server who it is. */
export async function readPlace(connection: Connection): Promise<string | undefined> {
  try {
    const [row] = await connection.run<{ place: string }>(placeSql)
    return row?.place
  } catch (error) {
    if (MigrateError.is(error) && error.details.engineCode === '42501') return undefined
    throw error
  }
}
