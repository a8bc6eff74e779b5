import type { IntegrityProblem } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { findBrokenTriggers } from './find-broken-triggers.ts'

/**
 * Everything that is wrong with a database. The two checks of SQLite do not see views and triggers that no longer
 * compile, so each one is compiled; nothing of them is run.
 */
export function findProblems(connection: Connection): readonly IntegrityProblem[] {
  return [
    ...integrityProblems(connection),
    ...foreignKeyProblems(connection),
    ...brokenViews(connection),
    ...findBrokenTriggers(connection),
  ]
}

function integrityProblems(connection: Connection): IntegrityProblem[] {
  return connection
    .rows<{ integrity_check: string }>('PRAGMA integrity_check')
    .filter(({ integrity_check }) => integrity_check !== 'ok')
    .map(({ integrity_check: message }) => ({ kind: 'integrity', object: objectIn(message), message }))
}

/** `non-unique entry in index i` names its object last. */
function objectIn(message: string): string {
  return /(?:index|table|in|column) (\S+)$/.exec(message)?.[1] ?? ''
}

const violations = `SELECT "table", parent, count(*) AS count FROM pragma_foreign_key_check
  GROUP BY 1, 2 ORDER BY 1, 2`

function foreignKeyProblems(connection: Connection): IntegrityProblem[] {
  try {
    return connection
      .rows<{ table: string; parent: string; count: number }>(violations)
      .map(({ table, parent, count }) => ({
        kind: 'foreign-key',
        object: table,
        message: `${count} ${count === 1 ? 'row has' : 'rows have'} no parent in ${parent}`,
      }))
  } catch (error) {
    // A parent without a unique key ends the whole check.
    const { message } = error as Error
    return [
      { kind: 'foreign-key', object: /mismatch - "(.*)" referencing/.exec(message)?.[1] ?? '', message },
    ]
  }
}

function brokenViews(connection: Connection): IntegrityProblem[] {
  const views = connection.rows<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name",
  )
  return views.flatMap(({ name }) => {
    const message = whyNotCompiled(connection, `SELECT * FROM main.${quoteIdentifier(name)} LIMIT 0`)
    return message === undefined ? [] : [{ kind: 'view', object: name, message }]
  })
}

/** The engine's words about a statement that does not compile; it is not run. */
export function whyNotCompiled({ handle }: Connection, sql: string): string | undefined {
  try {
    handle.prepare(sql)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
