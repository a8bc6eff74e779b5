import { checkOptionNames, usage } from '@whimbrel/core'
import type { TrackingTables } from './look.ts'
import type { StampOptions } from './stamp-table.ts'
import { tableDialects } from './table-dialect.ts'

export interface SqlVersionTrackerOptions {
  /** Name of the table of records, default `schema_migrations`; the others are `<table>_history` and `<table>_stamp`. */
  readonly table?: string | undefined
  /** Engine whose SQL to speak, default `sqlite`. */
  readonly dialect?: keyof typeof tableDialects | undefined
  /** Schema of the tables, default `public`; only for an engine that has schemas. */
  readonly schema?: string | undefined
  /**
   * Stamps the database at its first write with what it is used as, and a copy of it anew. Where it is left out, no
   * stamp is written.
   */
  readonly stamp?: StampOptions | undefined
}

const knownOptions = ['table', 'dialect', 'schema', 'stamp'] satisfies (keyof SqlVersionTrackerOptions)[]

/** Options as the tables they name. Throws USAGE. */
export function tablesOf(options: SqlVersionTrackerOptions): TrackingTables {
  if (typeof options !== 'object' || options === null) {
    throw usage(
      'The options of sqlVersionTracker are not an object',
      'Call it as sqlVersionTracker({ table: "…" })',
    )
  }
  checkOptionNames('sqlVersionTracker', Object.keys(options), knownOptions)
  const { table = 'schema_migrations', dialect = 'sqlite' } = options
  if (!Object.hasOwn(tableDialects, dialect)) {
    const names = Object.keys(tableDialects).join(', ')
    throw usage(`There is no dialect "${dialect}" for the tracking tables`, `Choose one of: ${names}`)
  }
  checkTable(table)
  checkSchema(options.schema, dialect)
  const found = tableDialects[dialect]({ schema: options.schema })
  const refusal = found.refusal(table)
  if (refusal !== undefined)
    throw usage(`"${table}" cannot be the tracking table: ${refusal}`, 'Choose another "table"')
  return {
    dialect: found,
    records: table,
    history: `${table}_history`,
    stamp: `${table}_stamp`,
  }
}

function checkTable(table: unknown): void {
  if (typeof table !== 'string') {
    throw usage(`The name of the tracking table is a ${typeof table}, not a text`, 'Give "table" as a text')
  }
  if (table.trim() === '') {
    throw usage('The name of the tracking table is empty', 'Leave "table" out, or give it a name')
  }
  if (table.includes('\0')) {
    throw usage('The name of the tracking table holds a NUL character', 'Take the character out of "table"')
  }
}

function checkSchema(schema: unknown, dialect: string): void {
  if (schema === undefined) return
  if (dialect === 'sqlite') throw usage('SQLite has no schemas', 'Leave "schema" out')
  if (dialect === 'mysql') {
    throw usage(
      'MySQL and MariaDB have no schemas beside databases',
      'Leave "schema" out, and name the database in the URL',
    )
  }
  if (typeof schema !== 'string' || schema.trim() === '' || schema.includes('\0')) {
    throw usage('The schema of the tracking tables is no name', 'Give "schema" as a name, or leave it out')
  }
}
