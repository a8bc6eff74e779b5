import type { Diagnosis } from '@whimbrel/core'
import type { Connection } from '../connection.ts'

/** What migrations and their tracking tables need in the database. */
const needed = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES']
/** What many migrations need besides. */
const useful = ['CREATE VIEW', 'TRIGGER', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'EVENT']

/** Which rights the user has in the database, and which of those that matter are missing. */
export async function diagnoseRights(connection: Connection): Promise<readonly Diagnosis[]> {
  const rows = await connection.run<{ name: string; scope: string }>(rightsSql)
  const [{ who = '' } = {}] = await connection.run<{ who: string }>('SELECT current_user() AS who')
  const has = new Set(rows.map(({ name }) => name))
  const isGlobal = rows.some(({ name, scope }) => name === 'PROCESS' && scope === 'server')
  return [rights(who, has), process(isGlobal)]
}

// Rights by a role are in neither table: nobody is told that they are missing where a role is in use.
const rightsSql = `SELECT privilege_type AS name, 'server' AS scope FROM information_schema.user_privileges
    WHERE grantee = concat("'", replace(current_user(), '@', "'@'"), "'")
  UNION SELECT privilege_type, 'database' FROM information_schema.schema_privileges
    WHERE grantee = concat("'", replace(current_user(), '@', "'@'"), "'")
      AND database() LIKE table_schema
  UNION SELECT 'a role', 'role' WHERE coalesce(current_role(), 'NONE') <> 'NONE'`

function rights(who: string, has: ReadonlySet<string>): Diagnosis {
  const missing = (names: readonly string[]) => names.filter((name) => !has.has(name))
  const name = 'rights'
  if (has.has('a role')) return { name, verdict: 'ok', message: `${who}, by a role` }
  const lacking = missing(needed)
  if (lacking.length > 0) {
    return {
      name,
      verdict: 'problem',
      message: `${who} has no ${lacking.join(', ')} in this database`,
      hint: `GRANT ${lacking.join(', ')} ON … TO the user who migrates`,
    }
  }
  const others = missing(useful)
  if (others.length === 0) return { name, verdict: 'ok', message: `${who} may do everything here` }
  return { name, verdict: 'note', message: `${who} has no ${others.join(', ')} in this database` }
}

function process(has: boolean): Diagnosis {
  const name = 'right PROCESS'
  if (has) return { name, verdict: 'ok', message: 'there: who is in the way of a lock is told' }
  const message =
    'missing: nobody is told who is in the way of a lock, and a retry cannot see whether TRUNCATE and the like took effect'
  return { name, verdict: 'note', message, hint: 'GRANT PROCESS ON *.* TO the user who migrates' }
}
