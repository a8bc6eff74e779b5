import type { Diagnosis } from '@whimbrel/core'
import type { Connection } from '../connection.ts'

/** What migrations and their tracking tables need in the database. */
const needed = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES']
/** What many migrations need besides. */
const useful = ['CREATE VIEW', 'TRIGGER', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'EVENT']

/** Which rights the user has in the database, and which of those that matter are missing. */
export async function diagnoseRights(connection: Connection): Promise<readonly Diagnosis[]> {
  const onServer = await namesOf(connection, ofServer)
  const here = await namesOf(connection, ofDatabase)
  const [{ who = '', role = null } = {}] = await connection.run<{ who: string; role: string | null }>(
    "SELECT current_user() AS who, nullif(current_role(), 'NONE') AS role",
  )
  return [rights({ who, role }, new Set([...onServer, ...here])), process(onServer.includes('PROCESS'))]
}

async function namesOf(connection: Connection, sql: string): Promise<readonly string[]> {
  return (await connection.run<{ name: string }>(sql)).map(({ name }) => name)
}

// Rights by a role are in neither.
const grantee = `concat("'", replace(current_user(), '@', "'@'"), "'")`
const ofServer = `SELECT privilege_type AS name FROM information_schema.user_privileges WHERE grantee = ${grantee}`
const ofDatabase = `SELECT privilege_type AS name FROM information_schema.schema_privileges
  WHERE grantee = ${grantee} AND database() LIKE table_schema`

function rights(
  { who, role }: { readonly who: string; readonly role: string | null },
  has: ReadonlySet<string>,
): Diagnosis {
  const missing = (names: readonly string[]) => names.filter((name) => !has.has(name))
  const name = 'rights'
  // What a role may do is not asked: nobody is told that something is missing that is there.
  if (role !== null) return { name, verdict: 'ok', message: `${who}, with the role ${role}` }
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
