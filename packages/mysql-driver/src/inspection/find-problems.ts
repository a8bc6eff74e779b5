import { type IntegrityProblem, MigrateError, type VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { sqlPieces } from '../sql-pieces.ts'
import { foreignKeyProblems } from './foreign-key-problems.ts'
import { triggerProblem } from './trigger-problems.ts'

const viewsSql = `SELECT table_name AS name FROM information_schema.views
  WHERE table_schema = database() ORDER BY BINARY table_name`
const triggersSql = `SELECT trigger_name AS name, event_object_table AS \`table\`, action_statement AS body
  FROM information_schema.triggers WHERE trigger_schema = database() ORDER BY BINARY trigger_name`
const tablesSql = `SELECT lower(table_name) AS name FROM information_schema.tables WHERE table_schema = database()`
const columnsSql = `SELECT lower(column_name) AS name FROM information_schema.columns
  WHERE table_schema = database() AND table_name = ?`

interface TriggerRow {
  readonly name: string
  readonly table: string
  readonly body: string
}

/**
 * What the server keeps although it no longer works: views and triggers whose tables or columns are gone, and foreign
 * keys without a parent, which come of a connection that has switched them off. Pages are not read: that is for
 * mariadb-check.
 */
export async function findProblems(
  connection: Connection,
  scope: VerifyScope = {},
): Promise<readonly IntegrityProblem[]> {
  if (scope.names?.size === 0) return []
  return [
    ...(scope.rows === 'none' ? [] : await foreignKeyProblems(connection, scope)),
    ...(await viewProblems(connection)),
    ...(await triggerProblems(connection, scope)),
  ]
}

/** A view breaks by what it reads: those of other names are looked at, too. */
async function viewProblems(connection: Connection): Promise<readonly IntegrityProblem[]> {
  const problems: IntegrityProblem[] = []
  for (const { name } of await connection.run<{ name: string }>(viewsSql)) {
    const message = await connection.run(`SELECT 1 FROM ${quoteIdentifier(name)} LIMIT 0`).then(
      () => undefined,
      (error: unknown) => {
        if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return error.message
        throw error
      },
    )
    if (message !== undefined) problems.push({ kind: 'view', object: name, message })
  }
  return problems
}

async function triggerProblems(
  connection: Connection,
  { names }: VerifyScope,
): Promise<readonly IntegrityProblem[]> {
  const triggers = (await connection.run<TriggerRow>(triggersSql)).filter((row) => isNamed(row, names))
  if (triggers.length === 0) return []
  const tables = await namesOf(connection, tablesSql)
  const problems: IntegrityProblem[] = []
  for (const { name, table, body } of triggers) {
    const columns = await namesOf(connection, columnsSql, [table])
    const message = triggerProblem({ body, columns, tables })
    if (message !== undefined) problems.push({ kind: 'trigger', object: name, message })
  }
  return problems
}

function isNamed({ name, table, body }: TriggerRow, names: ReadonlySet<string> | undefined): boolean {
  if (names === undefined) return true
  const own = [name, table, ...sqlPieces(body).flatMap((piece) => piece.name ?? [])]
  return own.some((each) => names.has(each.toLowerCase()))
}

async function namesOf(
  connection: Connection,
  sql: string,
  params: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const rows = await connection.run<{ name: string }>(sql, params)
  return new Set(rows.map(({ name }) => name))
}
