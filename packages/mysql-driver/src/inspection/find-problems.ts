import { type IntegrityProblem, MigrateError, type VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

const viewsSql = `SELECT table_name AS name FROM information_schema.views
  WHERE table_schema = database() ORDER BY BINARY table_name`

/** Views that no longer work: the server keeps them when it drops what they read. It keeps foreign keys whole itself. */
export async function findProblems(
  connection: Connection,
  { names }: VerifyScope = {},
): Promise<readonly IntegrityProblem[]> {
  const problems: IntegrityProblem[] = []
  for (const { name } of await connection.run<{ name: string }>(viewsSql)) {
    // A view breaks by what it reads: those of other names are looked at, too, unless nothing was named.
    if (names?.size === 0) continue
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
