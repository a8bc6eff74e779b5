import { MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

/** How names of scratch databases begin: nobody else may use them. */
export const scratchPrefix = 'whimbrel_scratch_'

const namesSql = `SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE '${scratchPrefix.replaceAll('_', '\\_')}%'`
const isScratch = new RegExp(`^${scratchPrefix}[0-9a-f]{16}$`)

/**
 * Drops scratch databases whose process was killed: who uses one holds a lock of its name, which goes with the
 * connection. One that may not be dropped by this user stays.
 */
export async function dropLeftOvers(connection: Connection): Promise<void> {
  for (const { name } of await connection.run<{ name: string }>(namesSql)) {
    if (!isScratch.test(name)) continue
    const [row] = await connection.run<{ taken: number }>('SELECT get_lock(?, 0) AS taken', [name])
    if (row?.taken !== 1) continue
    await connection.run(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`).catch((error: unknown) => {
      if (!MigrateError.is(error) || error.code === 'DATABASE_UNREACHABLE') throw error
    })
    await connection.run('DO release_lock(?)', [name])
  }
}
