import { randomBytes } from 'node:crypto'
import { MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { scratchPrefix } from './left-overs.ts'

interface ServerRow {
  readonly charset: string
  readonly collation: string
  readonly user: string
}

const serverSql =
  'SELECT @@character_set_database AS charset, @@collation_database AS collation, current_user() AS user'

/** A database that was made; replicas hear of it and of what is done to it only where it is `logged`. */
export interface MadeDatabase {
  readonly name: string
  readonly logged: boolean
}

/**
 * Makes a database with the character set of the present one. Its lock comes first, so that nobody takes it for a
 * left-over as long as the connection lives. Throws SCRATCH_REFUSED where the user may make none.
 */
export async function makeScratchDatabase(
  connection: Connection,
  { label }: CheckedOptions,
  { logged = false }: { readonly logged?: boolean } = {},
): Promise<MadeDatabase> {
  const name = `${scratchPrefix}${randomBytes(8).toString('hex')}`
  const [server] = await connection.run<ServerRow>(serverSql)
  // Replicas have no use for it, where the user may say so.
  const isHidden = !logged && (await isRun(connection, 'SET SESSION sql_log_bin = 0'))
  await connection.run('DO get_lock(?, 0)', [name])
  const charset = `CHARACTER SET ${server?.charset} COLLATE ${server?.collation}`
  await connection.run(`CREATE DATABASE ${name} ${charset}`).catch((error: unknown) => {
    throw MigrateError.is(error) && error.code === 'STATEMENT_FAILED'
      ? mayNot(error, { label, user: server?.user ?? '' })
      : error
  })
  return { name, logged: !isHidden }
}

/** A user as GRANT wants it, given what current_user() says. */
export function granteeOf(user: string): string {
  const [name = '', host = ''] = user.split('@')
  return `'${name}'@'${host}'`
}

/** The statement that lets a user make scratch databases. */
export function scratchGrant(user: string): string {
  const pattern = `\`${scratchPrefix.replaceAll('_', '\\_')}%\``
  return `GRANT ALL ON ${pattern}.* TO ${granteeOf(user)}`
}

async function isRun(connection: Connection, sql: string): Promise<boolean> {
  try {
    await connection.run(sql)
    return true
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return false
    throw error
  }
}

function mayNot(cause: MigrateError, { label, user }: { label: string; user: string }): MigrateError {
  return new MigrateError(
    'SCRATCH_REFUSED',
    `The user ${user} may make no scratch database on the server of ${label}: ${cause.message}`,
    { hint: `Grant the right to databases of such names: ${scratchGrant(user)}`, details: { user }, cause },
  )
}
