import { randomBytes } from 'node:crypto'
import { type DatabaseSchema, MigrateError, type Session } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { MysqlSession } from '../mysql-session.ts'
import { type OpenedConnection, openConnection } from '../open-connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { fillScratch } from './fill-scratch.ts'
import { dropLeftOvers, scratchPrefix } from './left-overs.ts'
import { ScratchSession } from './scratch-session.ts'

interface ServerRow {
  readonly charset: string
  readonly collation: string
  readonly user: string
}

const serverSql =
  'SELECT @@character_set_database AS charset, @@collation_database AS collation, current_user() AS user'
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
    name = await makeDatabase(connection, options)
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

/** Makes the database and goes there; its lock comes first, so that nobody takes it for a left-over. */
async function makeDatabase(connection: Connection, { label }: CheckedOptions): Promise<string> {
  const name = `${scratchPrefix}${randomBytes(8).toString('hex')}`
  const [server] = await connection.run<ServerRow>(serverSql)
  // Replicas have no use for it, where the user may say so.
  await connection.run('SET SESSION sql_log_bin = 0').catch(() => undefined)
  await connection.run('DO get_lock(?, 0)', [name])
  const charset = `CHARACTER SET ${server?.charset} COLLATE ${server?.collation}`
  await connection.run(`CREATE DATABASE ${name} ${charset}`).catch((error: unknown) => {
    throw MigrateError.is(error) && error.code === 'STATEMENT_FAILED'
      ? mayNot(error, { label, user: server?.user ?? '' })
      : error
  })
  await connection.run(`USE ${name}`)
  return name
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

function mayNot(cause: MigrateError, { label, user }: { label: string; user: string }): MigrateError {
  const [name = '', host = ''] = user.split('@')
  const grantee = `'${name}'@'${host}'`
  const pattern = `\`${scratchPrefix.replaceAll('_', '\\_')}%\``
  return new MigrateError(
    'SCRATCH_REFUSED',
    `The user ${user} may make no scratch database on the server of ${label}: ${cause.message}`,
    {
      hint: `Grant the right to databases of such names: GRANT ALL ON ${pattern}.* TO ${grantee}`,
      details: { user },
      cause,
    },
  )
}
