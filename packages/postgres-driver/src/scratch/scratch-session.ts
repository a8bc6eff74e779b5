import { type DatabaseSchema, postgresDialect, type Session, type SqlValue } from '@whimbrel/core'
import type { CheckedOptions } from '../driver-options.ts'
import { Observer } from '../observer.ts'
import { connect, openConnection } from '../open-connection.ts'
import { PostgresSession } from '../postgres-session.ts'
import { fillSchema } from './fill-schema.ts'
import { makeScratchDatabase } from './scratch-database.ts'

/** Opens a session of a new database with this schema, which is dropped when the session ends. */
export async function openScratch(
  options: CheckedOptions,
  { like, onClose }: { readonly like: DatabaseSchema | undefined; readonly onClose: () => void },
): Promise<Session> {
  const database = await makeScratchDatabase(options)
  try {
    if (like !== undefined) await fill(database.options, like)
    const opened = await openConnection(database.options, 'write')
    const { connection } = opened
    // Nothing of it has to outlast a crash.
    await connection.raw('SET synchronous_commit = off')
    const end = async () => {
      onClose()
      await database.remove()
    }
    const observer = new Observer({ idle: () => undefined, open: () => connect(database.options) })
    return new ScratchSession(opened, {
      ...options,
      observer,
      checkLock: () => undefined,
      onClose: end,
    })
  } catch (error) {
    await database.remove()
    throw error
  }
}

/** A connection of its own: what is set to make the objects would be taken for what is usual. */
async function fill(options: CheckedOptions, like: DatabaseSchema): Promise<void> {
  const { connection } = await openConnection({ ...options, statementTimeoutMs: 0 }, 'write')
  try {
    await fillSchema(connection, like)
  } finally {
    await connection.close()
  }
}

/** Leaves alone what other databases of the server would feel: roles, rights, files. */
class ScratchSession extends PostgresSession {
  override async execute(sql: string, params?: readonly SqlValue[]): Promise<void> {
    if (postgresDialect.reachesOut(sql) !== undefined) return
    await super.execute(sql, params)
  }

  override async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return postgresDialect.reachesOut(sql) === undefined ? super.query<Row>(sql, params) : []
  }
}
