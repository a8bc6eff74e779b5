import type { DatabaseSchema, Session } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { MysqlSession } from '../mysql-session.ts'
import { type OpenedConnection, openConnection } from '../open-connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { fillScratch } from './fill-scratch.ts'
import { dropLeftOvers } from './left-overs.ts'
import { makeScratchDatabase } from './make-scratch-database.ts'
import { ScratchSession } from './scratch-session.ts'

const readable: ReadonlySet<string> = new Set(['information_schema', 'performance_schema'])

/**
 * A database on the same server with the given schema and no rows, dropped when its session is closed, or by the next
 * one where the process is killed. Throws SCRATCH_REFUSED where the user may make no database.
 */
export async function openScratch(
  options: CheckedOptions,
  { like = { objects: [] }, onClose }: { like?: DatabaseSchema | undefined; onClose: () => void },
): Promise<Session> {
  const label = `a scratch database beside ${options.label}`
  const opened = await openConnection({ ...options, label }, 'write')
  const { connection } = opened
  let name: string | undefined
  try {
    await dropLeftOvers(connection)
    name = (await makeScratchDatabase(connection, options)).name
    await connection.run(`USE ${name}`)
    const others = await otherDatabases(connection, name)
    const drop = dropping(opened, name)
    await fillScratch(connection, like, others)
    const session = new MysqlSession(opened, { checkLock: () => undefined, onClose, beforeClose: drop })
    return new ScratchSession(session, { standsFor: options.target.database, others })
  } catch (error) {
    if (name !== undefined) await dropping(opened, name)()
    await connection.close()
    throw error
  }
}

/** It ends with its connection where it cannot be dropped, and the next one finds it. */
function dropping({ connection }: OpenedConnection, name: string): () => Promise<void> {
  return async () => {
    if (connection.inTransaction) await connection.run('ROLLBACK').catch(() => undefined)
    await connection.run(`DROP DATABASE ${quoteIdentifier(name)}`).catch(() => undefined)
  }
}

async function otherDatabases(connection: Connection, own: string): Promise<ReadonlySet<string>> {
  const sql = 'SELECT schema_name AS name FROM information_schema.schemata'
  const rows = await connection.run<{ name: string }>(sql)
  const names = rows.map(({ name }) => name.toLowerCase())
  return new Set(['mysql', ...names].filter((name) => name !== own && !readable.has(name)))
}
