import type { IntegrityProblem, VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { findBrokenTriggers } from './find-broken-triggers.ts'
import type { KnownNames } from './known-names.ts'
import { type SchemaObjects, schemaObjects } from './schema-objects.ts'

/**
 * Everything that is wrong with a database, or with a part of it. The two checks of SQLite do not see views and
 * triggers that no longer compile, so each one is compiled; nothing of them is run.
 */
export function findProblems(
  connection: Connection,
  { names, rows = 'all', known }: VerifyScope & { readonly known: KnownNames },
): readonly IntegrityProblem[] {
  const { tables, views, triggers } = schemaObjects(connection, { names, known })
  return [
    ...(rows === 'none' ? [] : rowProblems(connection, { tables, keysOnly: rows === 'keys' })),
    ...views.flatMap(({ name }) => brokenView(connection, name)),
    ...findBrokenTriggers(connection, triggers),
  ]
}

function rowProblems(
  connection: Connection,
  { tables, keysOnly }: { tables: SchemaObjects['tables']; keysOnly: boolean },
): IntegrityProblem[] {
  if (tables === undefined) {
    return [...(keysOnly ? [] : integrityProblems(connection)), ...foreignKeyProblems(connection)]
  }
  return tables.flatMap(({ name, sql }) => [
    ...(keysOnly ? [] : integrityProblems(connection, name)),
    ...(/\breferences\b/i.test(sql) ? foreignKeyProblems(connection, name) : []),
  ])
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

function brokenView(connection: Connection, name: string): IntegrityProblem[] {
  const message = whyNotCompiled(connection, `SELECT * FROM main.${quoteIdentifier(name)} LIMIT 0`)
  return message === undefined ? [] : [{ kind: 'view', object: name, message }]
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
