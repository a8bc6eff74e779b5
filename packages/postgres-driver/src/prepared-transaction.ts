import { createHash } from 'node:crypto'
import { quoteLiteral } from './quote-identifier.ts'

const LONGEST = 200

/** Which transactions of a server are of one database and the schema of its tracking tables. */
export interface PreparedNames {
  readonly database: string
  readonly schema: string
}

/**
 * The name of the prepared transaction of a run, by which it is found on the whole server; undefined where the id of the run
 * is too long for one.
 */
export function preparedName(run: string, names: PreparedNames): string | undefined {
  const name = `whimbrel:${run}:${digestOf(names)}`
  return Buffer.byteLength(name) < LONGEST ? name : undefined
}

/** The run in such a name; undefined for a transaction that is not ours, or of another database. */
export function runOfPrepared(name: string, names: PreparedNames): string | undefined {
  const [, run, digest] = /^whimbrel:(.+):([0-9a-f]+)$/s.exec(name) ?? []
  return digest === digestOf(names) ? run : undefined
}

/** All that may be ours, whoever made them: `name`, `since`, `by`. */
export const preparedSql = `SELECT gid AS name, owner AS by,
    to_char(prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
  FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE 'whimbrel:%'`

export function endPrepared(name: string, end: 'commit' | 'undo'): string {
  return `${end === 'commit' ? 'COMMIT' : 'ROLLBACK'} PREPARED ${quoteLiteral(name)}`
}

function digestOf({ database, schema }: PreparedNames): string {
  return createHash('sha256').update(`${database}\0${schema}`).digest('hex').slice(0, 16)
}
