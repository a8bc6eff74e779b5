import { MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { type OpenedConnection, openConnection } from '../open-connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { noScratch } from './scratch-error.ts'
import { isOld, leftOverSql, scratchName } from './scratch-names.ts'

/** A database of its own on the server of another one. */
export interface ScratchDatabase {
  /** Options that lead to it, with the search path of the other one. */
  readonly options: CheckedOptions
  remove(): Promise<void>
}

interface Original {
  readonly role: string
  readonly seconds: number
  readonly path: string
  /** What comes behind CREATE DATABASE and its name. */
  readonly like: string
}

const originalSql = `SELECT current_user::text AS role, extract(epoch FROM now())::bigint AS seconds,
    current_setting('search_path') AS path,
    format('TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype) ||
      CASE v.provider WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', v.locale)
        WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', v.locale) ELSE '' END AS like
  FROM pg_database AS d, LATERAL (SELECT to_jsonb(d) ->> 'datlocprovider' AS provider,
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale) AS v
  WHERE d.datname = current_database()`

/**
 * Makes an empty database beside the one of the options, with the same encoding and collation, and drops those that
 * killed processes left. Throws SCRATCH_REFUSED where the user may not make one.
 */
export async function makeScratchDatabase(options: CheckedOptions): Promise<ScratchDatabase> {
  const { connection } = await openBeside(options)
  try {
    const [original] = await connection.run<Original>(originalSql)
    const { role, seconds, path, like } = original as Original
    await removeLeftOver(connection, seconds)
    const name = scratchName(seconds)
    await connection.run(`CREATE DATABASE ${quoteIdentifier(name)} ${like}`).catch((error) => {
      throw noScratch(error, { role, place: connection.place })
    })
    return {
      options: { ...options, target: { ...options.target, database: name }, searchPath: path },
      remove: () => removeScratch(options, name),
    }
  } finally {
    await connection.close()
  }
}

/** The database itself; where it is not there yet, one that every server has. */
async function openBeside(options: CheckedOptions): Promise<OpenedConnection> {
  try {
    return await openConnection(options, 'write')
  } catch (error) {
    if (!MigrateError.is(error) || error.details.engineCode !== '3D000') throw error
    return openConnection({ ...options, target: { ...options.target, database: 'postgres' } }, 'write')
  }
}

async function removeLeftOver(connection: Connection, seconds: number): Promise<void> {
  const found = await connection.run<{ name: string }>(leftOverSql)
  for (const { name } of found) {
    // Somebody else may drop it at the same moment, or connect to it.
    if (isOld(name, seconds))
      await connection.run(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`).catch(() => undefined)
  }
}

async function removeScratch(options: CheckedOptions, name: string): Promise<void> {
  const { connection } = await openBeside({ ...options, statementTimeoutMs: 0 })
  try {
    await connection.run(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`)
  } finally {
    await connection.close()
  }
}
