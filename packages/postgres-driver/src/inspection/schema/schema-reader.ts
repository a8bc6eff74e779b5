import { type DatabaseSchema, type SchemaColumn, type SchemaObject, schemaKinds } from '@whimbrel/core'
import type { Connection } from '../../connection.ts'
import { routineQueries } from './routine-queries.ts'
import { tableQueries } from './table-queries.ts'
import { type ColumnJson, columnDefinition, createTable } from './table-statement.ts'
import { withFullNames } from './with-full-names.ts'

interface ObjectRow {
  readonly kind: SchemaObject['kind']
  readonly name: string
  readonly table: string
  /** Its name as it stands in SQL. */
  readonly reference: string
  /** The whole statement; empty for tables. */
  readonly sql: string
  /** Lists as JSON. */
  readonly options: string
  readonly additions: string
  readonly columns: string
  readonly foreign: number
}

const objectsSql = [...routineQueries, ...tableQueries].join('\nUNION ALL\n')

/**
 * Objects of all schemas but those of the server, with one query. PostgreSQL keeps no statements: they are put together,
 * always in the same way, with the full name of everything, so that they mean the same on another connection.
 */
export class SchemaReader {
  readonly #connection: Connection
  /** What was read last, by the text of its row. */
  #known: ReadonlyMap<string, SchemaObject> = new Map()
  #schema: DatabaseSchema = { objects: [] }

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** What did not change is the same object as the last time. */
  async read(): Promise<DatabaseSchema> {
    const rows = await withFullNames(this.#connection, (home) =>
      this.#connection.run<ObjectRow>(objectsSql, [home]),
    )
    const known = new Map(rows.filter(isNoJournal).map((row): [string, SchemaObject] => this.#objectOf(row)))
    const isSame = known.size === this.#known.size && [...known.keys()].every((key) => this.#known.has(key))
    if (isSame) return this.#schema
    this.#known = known
    this.#schema = { objects: [...known.values()].sort(inOrder) }
    return this.#schema
  }

  #objectOf(row: ObjectRow): [string, SchemaObject] {
    const key = JSON.stringify(Object.values(row))
    return [key, this.#known.get(key) ?? toObject(row)]
  }
}

/** A run over several databases keeps its decision in a table, which is gone when it is carried out. */
function isNoJournal({ table }: ObjectRow): boolean {
  return !/(?:^|\.)whimbrel_run$/.test(table)
}

function toObject(row: ObjectRow): SchemaObject {
  const { kind, name, table, reference, foreign } = row
  const isForeign = foreign === 1
  const columns = JSON.parse(row.columns) as readonly ColumnJson[]
  const [options, additions] = [row.options, row.additions].map(
    (json) => JSON.parse(json) as readonly string[],
  )
  return {
    kind,
    name,
    table,
    sql: kind === 'table' ? createTable(reference, columns, options ?? []) : row.sql,
    reference,
    ...(options?.length ? { options } : {}),
    ...(additions?.length ? { additions } : {}),
    columns: columns.map(toColumn),
    storage: isForeign ? 'virtual' : 'ordinary',
  }
}

function toColumn(column: ColumnJson): SchemaColumn {
  const { name, type, notNull, default: value, keyPosition, generated, identity } = column
  const isGenerated = generated !== ''
  return {
    name,
    type,
    notNull,
    default: isGenerated ? null : value,
    keyPosition,
    generated: isGenerated,
    ...(identity === '' ? {} : { identity: identity === 'a' ? 'always' : 'by default' }),
    definition: columnDefinition(column),
  }
}

/** Each kind by name; foreign keys behind the keys that they refer to. */
function inOrder(a: SchemaObject, b: SchemaObject): number {
  if (rankOf(a) !== rankOf(b)) return rankOf(a) - rankOf(b)
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return a.table < b.table ? -1 : 1
}

function rankOf({ kind, sql }: SchemaObject): number {
  const isForeignKey = kind === 'constraint' && / FOREIGN KEY \(/.test(sql)
  return schemaKinds.indexOf(kind) + (isForeignKey ? 0.5 : 0)
}
