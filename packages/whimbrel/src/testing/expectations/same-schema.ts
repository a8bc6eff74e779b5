import { compareSchemas, type SchemaChange, sqliteDialect } from '@whimbrel/core'
import { schemaOf, type TestedDatabase } from '../tested-database.ts'
import type { Verdict } from './verdict.ts'

/** Whether a database has the same schema as another one, tracking tables apart. */
export function sameSchema(database: TestedDatabase, other: TestedDatabase): Verdict {
  const changes = compareSchemas(schemaOf(other), schemaOf(database), sqliteDialect)
  return {
    holds: changes.length === 0,
    unmet: ['The schemas differ:', ...changes.map((change) => `  ${describe(change)}`)].join('\n'),
    met: 'Both databases have the same schema',
  }
}

function describe({ change, kind, name, table, before = '', after = '' }: SchemaChange): string {
  const what =
    kind === 'table' || kind === 'view'
      ? `the ${kind} ${name}`
      : kind === 'column'
        ? `the column ${table}.${name}`
        : `the ${kind} ${name} on ${table}`
  if (change === 'added') return `${what} was not expected`
  return change === 'removed' ? `${what} is missing` : `${what} is ${oneLine(after)}, not ${oneLine(before)}`
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim()
}
