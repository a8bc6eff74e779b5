import { MigrateError, shownStatement } from '@whimbrel/core'
import type { Connection } from './connection.ts'

/** A transaction of somebody else that is open in the same database. */
export interface Blocker {
  readonly connection: number
  readonly user: string
  readonly address: string
  /** How long the transaction has been open. */
  readonly seconds: number
  /** How the statement begins that runs now, without the texts in it; empty where none does. */
  readonly query: string
}

/**
 * The same error with those who may be in the way, where it says that a lock was waited for in vain: whose transactions
 * are open, the longest first. The server tells them only to users with the right PROCESS.
 */
export async function withBlockers(connection: Connection, error: unknown): Promise<unknown> {
  if (!MigrateError.is(error) || error.code !== 'DATABASE_BUSY' || connection.lost !== undefined) return error
  const blockers = await readBlockers(connection).catch((): readonly Blocker[] => [])
  const [first] = blockers
  if (first === undefined) return error
  const { code, message, hint, details, cause } = error
  const others = blockers.length === 1 ? '' : `, and ${blockers.length - 1} more`
  return new MigrateError(code, `${message}; in the way may be ${described(first)}${others}`, {
    hint: `Let that transaction end, or end it with KILL ${first.connection}; ${hint.charAt(0).toLowerCase()}${hint.slice(1)}`,
    details: { ...details, blockers },
    cause,
  })
}

function described({ connection, user, address, seconds, query }: Blocker): string {
  const does = query === '' ? 'idle in its transaction' : 'in its transaction'
  return `connection ${connection} of ${user} from ${address}, ${does} for ${seconds} s${query === '' ? '' : `: ${query}`}`
}

async function readBlockers(connection: Connection): Promise<readonly Blocker[]> {
  const rows = await connection.run<Blocker & { query: string | null }>(openTransactions)
  return rows.map((row) => ({ ...row, query: beginningOf(row.query ?? '') }))
}

const openTransactions = `SELECT p.id AS connection, p.user, p.host AS address, p.info AS query,
    timestampdiff(SECOND, t.trx_started, convert_tz(now(), @@session.time_zone, 'SYSTEM')) AS seconds
  FROM information_schema.innodb_trx AS t JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id
  WHERE p.db = database() AND p.id <> connection_id() ORDER BY t.trx_started, p.id`

const parts =
  /(?<comment>(?:--(?=\s|$)|#)[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<name>`[^`]*(?:`|$))|(?<mark>['"])(?:(?!\k<mark>)[^\\]|\\[\s\S])*(?:\k<mark>|\\?$)/g

/** How a statement begins, without the texts in it. */
export function beginningOf(query: string): string {
  return shownStatement(query, parts)
}
