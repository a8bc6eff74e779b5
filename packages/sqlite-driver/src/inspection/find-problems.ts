import type { IntegrityProblem, VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { findBrokenTriggers } from './find-broken-triggers.ts'
import { mentions, tellingNames } from './mentions.ts'

/**
 * Everything that is wrong with a database, or with a part of it. The two checks of SQLite do not see views and
 * triggers that no longer compile, so each one is compiled; nothing of them is run.
 */
export function findProblems(connection: Connection, scope: VerifyScope = {}): readonly IntegrityProblem[] {
  const isMeant = mentions(scope.names)
  return [
    ...(scope.rows === false ? [] : rowProblems(connection, scope.names)),
    ...brokenViews(connection, isMeant),
    ...findBrokenTriggers(connection, isMeant),
  ]
}

function rowProblems(connection: Connection, names: ReadonlySet<string> | undefined): IntegrityProblem[] {
  if (names === undefined) return [...integrityProblems(connection), ...foreignKeyProblems(connection)]
  return tablesNamed(connection, names).flatMap((table) => [
    ...integrityProblems(connection, table),
    ...foreignKeyProblems(connection, table),
  ])
}

function tablesNamed(connection: Connection, names: ReadonlySet<string>): string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE"
  return tellingNames(names).flatMap((name) =>
    connection.rows<{ name: string }>(sql, [name]).map((row) => row.name),
  )
}

function integrityProblems(connection: Connection, table?: string): IntegrityProblem[] {
  const only = table === undefined ? '' : `(${quoteIdentifier(table)})`
  return connection
    .rows<{ integrity_check: string }>(`PRAGMA main.integrity_check${only}`)
    .filter(({ integrity_check }) => integrity_check !== 'ok')
    .map(({ integrity_check: message }) => ({ kind: 'integrity', object: objectIn(message), message }))
}

/** `non-unique entry in index i` names its object last. */
function objectIn(message: string): string {
  return /(?:index|table|in|column) (\S+)$/.exec(message)?.[1] ?? ''
}

const violations = `SELECT "table", parent, count(*) AS count FROM pragma_foreign_key_check
  GROUP BY 1, 2 ORDER BY 1, 2`
const violationsOfOne = violations.replace('foreign_key_check', 'foreign_key_check(?)')

function foreignKeyProblems(connection: Connection, table?: string): IntegrityProblem[] {
  const [sql, params] = table === undefined ? [violations, []] : [violationsOfOne, [table]]
  try {
    return connection
      .rows<{ table: string; parent: string; count: number }>(sql, params)
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

function brokenViews(
  connection: Connection,
  isMeant: (name: string, sql: string) => boolean,
): IntegrityProblem[] {
  const views = connection.rows<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY name",
  )
  return views.flatMap(({ name, sql }) => {
    if (!isMeant(name, sql)) return []
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
