import { type IntegrityProblem, MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { isOfUsers, shownAs } from './tables.ts'

interface FunctionRow {
  readonly id: number
  readonly name: string
  readonly body: string
}

/** Bodies that are kept as text: those between BEGIN ATOMIC and END the server keeps whole by itself. */
const functionsSql = `SELECT p.oid AS id, p.prosrc AS body,
    ${shownAs("p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'", 'n')} AS name
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace JOIN pg_language AS l ON l.oid = p.prolang
  WHERE l.lanname = 'sql' AND p.prosrc <> '' AND ${isOfUsers('p.oid', 'pg_proc', 'n')} ORDER BY 3`

const point = 'whimbrel_function'

/**
 * Functions in SQL that no longer compile, all of them or those whose text mentions one of the names. The server lets
 * their tables go without a word. Of PL/pgSQL it knows only when a function is called.
 */
export async function brokenFunctions(
  connection: Connection,
  names?: ReadonlySet<string>,
): Promise<readonly IntegrityProblem[]> {
  const all = await connection.run<FunctionRow>(functionsSql)
  const functions = names === undefined ? all : all.filter(({ body }) => mentions(body, names))
  if (functions.length === 0 || (await refusal(connection, functions)) === undefined) return []
  const problems: IntegrityProblem[] = []
  for (const each of functions) {
    const message = await refusal(connection, [each])
    if (message !== undefined) problems.push({ kind: 'function', object: each.name, message })
  }
  return problems
}

function mentions(body: string, names: ReadonlySet<string>): boolean {
  return (body.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []).some((word) => names.has(word))
}

/** The server's words where it would not make these functions again; undefined where it would. */
async function refusal(
  connection: Connection,
  functions: readonly FunctionRow[],
): Promise<string | undefined> {
  const calls = functions.map(({ id }) => `pg_catalog.fmgr_sql_validator(${id})`)
  const isInside = connection.status === 'open'
  if (isInside) await connection.raw(`SAVEPOINT ${point}`)
  try {
    await connection.run(`SELECT ${calls.join(', ')}`)
    return undefined
  } catch (error) {
    if (!MigrateError.is(error) || error.code !== 'STATEMENT_FAILED') throw error
    if (isInside) await connection.raw(`ROLLBACK TO SAVEPOINT ${point}`)
    // One that the user may not look at is not known to be broken.
    return error.details.engineCode === '42501' ? undefined : error.message
  } finally {
    if (isInside && connection.status === 'open') await connection.raw(`RELEASE SAVEPOINT ${point}`)
  }
}
