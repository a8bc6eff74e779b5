import { type SchemaObject, sqliteDialect, tidySql } from '@whimbrel/core'
import { checkNames } from '../check-names.ts'
import { rowsOf, tablesWithRows } from './snapshot-rows.ts'
import { assertionFailed, handleOf, schemaOf, type TestedDatabase } from './tested-database.ts'

export interface SchemaSnapshotOptions {
  /** Rows as well: of all tables, or of these. Default: none. */
  readonly rows?: boolean | readonly string[]
  /** Columns whose values differ from run to run, `token` or `users.token`: they become `<redacted>`. */
  readonly redact?: readonly string[]
  /** Name of the tracking table, for a handle of your own that has another than `schema_migrations`. */
  readonly table?: string
}

const optionNames = ['rows', 'redact', 'table'] satisfies (keyof SchemaSnapshotOptions)[]

/**
 * The schema of a database as text, for `toMatchSnapshot()`: every table with its columns, constraints, indexes and
 * triggers, then the views, each by name, as SQL without comments; the tracking tables are left out. Equal schemas
 * have equal snapshots wherever and whenever they are taken: of rows, times become `<time>`. Throws ASSERTION_FAILED
 * where there is nothing to capture, USAGE for a table that there is not.
 */
export function schemaSnapshot(database: TestedDatabase, options: SchemaSnapshotOptions = {}): string {
  checkNames('schemaSnapshot', options, optionNames)
  const { rows = false, redact = [], table } = options
  const objects = schemaOf(database, table).objects.filter(({ storage }) => storage !== 'shadow')
  if (objects.length === 0)
    throw assertionFailed('The schema snapshot has captured nothing: there is no table, no view, nothing')
  const filled = tablesWithRows(objects, rows)
  const owners = [...ofKind(objects, 'table'), ...ofKind(objects, 'view')]
  return owners
    .map((owner) => {
      const belongings = objects.filter((object) => object !== owner && belongsTo(object, owner))
      const lines = [owner, ...ofKind(belongings, 'index'), ...ofKind(belongings, 'trigger')].map(
        ({ sql }) => `${tidySql(sql, sqliteDialect)};`,
      )
      if (filled.includes(owner)) lines.push(...rowsOf(handleOf(database), owner, redact))
      return lines.join('\n')
    })
    .join('\n\n')
}

/** Of one kind, by name: the order in which they were made does not count. */
function ofKind(objects: readonly SchemaObject[], kind: SchemaObject['kind']): readonly SchemaObject[] {
  return objects
    .filter((object) => object.kind === kind)
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1))
}

function belongsTo({ kind, table }: SchemaObject, { name }: SchemaObject): boolean {
  return kind !== 'table' && kind !== 'view' && table.toLowerCase() === name.toLowerCase()
}
