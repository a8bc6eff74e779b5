import { type DatabaseSchema, MigrateError, type SchemaObject, schemaKinds } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { qualifiersIn } from '../qualified-names.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { disabledEvent } from './disabled-event.ts'

/** What they say is run later, on whatever they name. */
const withBody: ReadonlySet<SchemaObject['kind']> = new Set(['event', 'function', 'procedure', 'trigger'])

/** Makes the objects of a schema. One whose body names one of the `others`, databases in lower case, is left out. */
export async function fillScratch(
  connection: Connection,
  { objects }: DatabaseSchema,
  others: ReadonlySet<string>,
): Promise<void> {
  await connection.run('SET SESSION foreign_key_checks = 0')
  for (const kind of schemaKinds) {
    const wanted = objects.filter((object) => object.kind === kind && object.within !== true)
    const inside = wanted.filter(({ sql }) => !withBody.has(kind) || !leadsElsewhere(sql, others))
    if (kind === 'view') await makeViews(connection, inside)
    else for (const { sql } of inside) await connection.run(disabledEvent(sql))
  }
  await connection.run('SET SESSION foreign_key_checks = 1')
}

function leadsElsewhere(sql: string, others: ReadonlySet<string>): boolean {
  return qualifiersIn(sql).some(({ name }) => others.has(name.toLowerCase()))
}

/** A view may read another one that comes later; one that reads what is no longer there stands for itself. */
async function makeViews(connection: Connection, views: readonly SchemaObject[]): Promise<void> {
  let open = views
  for (let before = Number.POSITIVE_INFINITY; open.length > 0 && open.length < before; ) {
    before = open.length
    const refused: SchemaObject[] = []
    for (const view of open) if (!(await isMade(connection, view.sql))) refused.push(view)
    open = refused
  }
  for (const { name, columns } of open) {
    const list = columns.map((column) => `NULL AS ${quoteIdentifier(column.name)}`).join(', ')
    await connection.run(`CREATE VIEW ${quoteIdentifier(name)} AS SELECT ${list || 'NULL AS broken'}`)
  }
}

async function isMade(connection: Connection, sql: string): Promise<boolean> {
  try {
    await connection.run(sql)
    return true
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return false
    throw error
  }
}
