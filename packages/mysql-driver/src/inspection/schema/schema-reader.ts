import { type DatabaseSchema, type SchemaColumn, type SchemaObject, schemaKinds } from '@whimbrel/core'
import type { Connection } from '../../connection.ts'
import { withoutQualifier } from '../../qualified-names.ts'
import { quoteIdentifier } from '../../quote-identifier.ts'
import { eventStatement, triggerStatement, withoutDefiner } from './body-statements.ts'
import {
  type ColumnRow,
  columnsSql,
  type EventRow,
  eventsSql,
  type NameRow,
  routinesSql,
  type TriggerRow,
  tablesSql,
  triggersSql,
} from './schema-queries.ts'
import { type TableKey, tableParts } from './table-parts.ts'

interface ServerRow {
  readonly name: string
  /** How the server folds names of tables: 0 for not at all. */
  readonly folds: number
}

const serverSql = 'SELECT database() AS name, @@lower_case_table_names AS folds'

type ObjectKind = NameRow['kind']

/** The column of the answer to SHOW CREATE that has the statement. */
const answers: Readonly<Record<ObjectKind, string>> = {
  table: 'Create Table',
  view: 'Create View',
  sequence: 'Create Table',
  function: 'Create Function',
  procedure: 'Create Procedure',
}

/**
 * Reads the schema of a database: what it has of each kind in one query, and then the statement of each table, view,
 * sequence and routine, which the server puts together. The name of the database, who defined something, the next
 * value of an AUTO_INCREMENT and whether an event is switched on are none of the schema.
 */
export class SchemaReader {
  readonly #connection: Connection
  #database = ''
  /** By their text, so that what did not change is the same object. */
  #known: ReadonlyMap<string, SchemaObject> = new Map()
  #last: DatabaseSchema | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async read(): Promise<DatabaseSchema> {
    const [row] = await this.#connection.run<ServerRow>(serverSql)
    this.#database = row?.name ?? ''
    const objects = [...(await this.#objects())].sort(
      (a, b) => schemaKinds.indexOf(a.kind) - schemaKinds.indexOf(b.kind),
    )
    return this.#same(objects, row?.folds === 0)
  }

  async #objects(): Promise<readonly SchemaObject[]> {
    const own = (text: string) => withoutQualifier(text, this.#database)
    const rows = await this.#connection.run<ColumnRow>(columnsSql)
    const columns = columnsByTable(
      rows.map((row) => ({ ...row, default: row.default === null ? null : own(row.default) })),
    )
    const objects: SchemaObject[] = []
    for (const { kind, name } of await this.#names()) {
      const sql = await this.#statementOf(kind, name)
      const ofTable = columns.get(name) ?? []
      if (kind === 'table') objects.push(...tableObjects(name, sql, ofTable))
      else
        objects.push({
          ...plain(kind, name, withoutDefiner(sql)),
          columns: kind === 'view' ? ofTable.map(toColumn) : [],
        })
    }
    for (const trigger of await this.#connection.run<TriggerRow>(triggersSql))
      objects.push({
        ...plain('trigger', trigger.name, own(triggerStatement(trigger))),
        table: trigger.table,
      })
    for (const event of await this.#connection.run<EventRow>(eventsSql))
      objects.push(plain('event', event.name, own(eventStatement(event))))
    return objects
  }

  /** One plain query for each view of the server. */
  async #names(): Promise<readonly NameRow[]> {
    const tables = await this.#connection.run<NameRow>(tablesSql)
    return [...tables, ...(await this.#connection.run<NameRow>(routinesSql))]
  }

  async #statementOf(kind: ObjectKind, name: string): Promise<string> {
    const [row] = await this.#connection.run<Record<string, string | null>>(
      `SHOW CREATE ${kind.toUpperCase()} ${quoteIdentifier(name)}`,
    )
    return withoutQualifier(row?.[answers[kind]] ?? '', this.#database)
  }

  #same(objects: readonly SchemaObject[], exactTables: boolean): DatabaseSchema {
    const known = new Map(
      objects.map((object): [string, SchemaObject] => {
        const text = JSON.stringify(object)
        return [text, this.#known.get(text) ?? object]
      }),
    )
    const now = [...known.values()]
    this.#known = known
    const last = this.#last
    const isSame =
      last?.objects.length === now.length && now.every((object, at) => object === last.objects[at])
    this.#last = isSame ? last : { objects: now, ...(exactTables && { exactTables }) }
    return this.#last
  }
}

function columnsByTable(rows: readonly ColumnRow[]): ReadonlyMap<string, readonly ColumnRow[]> {
  const tables = new Map<string, ColumnRow[]>()
  for (const row of rows) {
    const known = tables.get(row.table)
    if (known === undefined) tables.set(row.table, [row])
    else known.push(row)
  }
  return tables
}

/** A table with its keys and constraints, which stand in its statement, too. */
function tableObjects(
  table: string,
  statement: string,
  columns: readonly ColumnRow[],
): readonly SchemaObject[] {
  const { sql, columns: definitions, keys, options } = tableParts(statement)
  const described = columns.map((column): SchemaColumn => {
    const definition = definitions.get(column.name)
    return definition === undefined
      ? toColumn(column)
      : { ...toColumn(column), definition: `${quoteIdentifier(column.name)} ${definition}` }
  })
  return [
    { ...plain('table', table, sql), columns: described, options },
    ...keys.map((key) => keyObject(table, key)),
  ]
}

function keyObject(table: string, { kind, name, definition }: TableKey): SchemaObject {
  const sql = `ALTER TABLE ${quoteIdentifier(table)} ADD ${definition}`
  return { ...plain(kind, name, sql), table, within: true }
}

function plain(kind: SchemaObject['kind'], name: string, sql: string): SchemaObject {
  return { kind, name, table: name, sql, columns: [], storage: 'ordinary' }
}

function toColumn({ name, type, nullable, default: value, extra, keyPosition }: ColumnRow): SchemaColumn {
  const generated = /generated/i.test(extra) && !/default_generated/i.test(extra)
  const shown = value === null || (value === 'NULL' && nullable === 'YES') ? null : value
  return { name, type, notNull: nullable === 'NO', default: generated ? null : shown, generated, keyPosition }
}
