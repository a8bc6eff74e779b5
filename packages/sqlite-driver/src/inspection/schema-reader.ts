import { type DatabaseSchema, type SchemaColumn, type SchemaObject, schemaKinds } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { groupBy } from './group-by.ts'

interface ColumnRow {
  readonly owner: string
  readonly name: string
  readonly type: string
  readonly notNull: number
  readonly default: string | null
  readonly keyPosition: number
  /** 1: hidden column of a virtual table; 2 and 3: generated. */
  readonly hidden: number
}

/** One row of the schema, as one text: kind, name, table and statement. */
type Entry = string

// Tables of SQLite itself and indexes that a constraint makes have no statement of their own. No name and no
// statement holds a NUL, so that none of them can pass for two.
const entriesSql = `SELECT group_concat(type || char(0) || name || char(0) || tbl_name || char(0) || sql, char(0, 0))
  FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`

const specialSql = `SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')`

const columnsSql = `SELECT n.value AS owner, c.name, c.type, c."notnull" AS "notNull", c.dflt_value AS "default",
    c.pk AS "keyPosition", c.hidden
  FROM json_each(?) AS n, pragma_table_xinfo(n.value, 'main') AS c WHERE c.hidden <> 1 ORDER BY n.key, c.cid`

const columnsOfViewSql = `SELECT ? AS owner, name, type, 0 AS "notNull", NULL AS "default", 0 AS "keyPosition", hidden
  FROM pragma_table_xinfo(?, 'main') ORDER BY cid`

/**
 * Reads the schema of the main database: all statements with one query, and more only about what is new. What did not
 * change is the same object as before, and a schema that did not change is the same schema.
 */
export class SchemaReader {
  readonly #connection: Connection
  /** The newest two: whoever tries a change out goes to and fro between them. */
  #known: readonly { readonly text: string; readonly schema: DatabaseSchema }[] = []
  #objects: ReadonlyMap<Entry, SchemaObject> = new Map()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  read(): DatabaseSchema {
    const text = String(this.#connection.value(entriesSql) ?? '')
    const known = this.#known.find((each) => each.text === text)
    if (known !== undefined) return known.schema
    const schema = { objects: this.#objectsOf(text === '' ? [] : text.split('\0\0')) }
    this.#known = [...this.#known.slice(-1), { text, schema }]
    return schema
  }

  #objectsOf(entries: readonly Entry[]): readonly SchemaObject[] {
    const made = this.#make(entries.filter((entry) => !this.#objects.has(entry)))
    const special = this.#specialTables(entries)
    const there = new Set(entries)
    // Those that stay are in order already, which makes sorting a matter of looking for the places of the new ones.
    const objects = [...[...this.#objects].filter(([entry]) => there.has(entry)), ...made]
      .map(([entry, object]): [Entry, SchemaObject] => [
        entry,
        this.#current(object, special.get(object.name) ?? 'ordinary'),
      ])
      .sort(([, a], [, b]) => inOrder(a, b))
    this.#objects = new Map(objects)
    return objects.map(([, object]) => object)
  }

  /** Columns of a view follow from other objects, and so does what kind of table it is. */
  #current(object: SchemaObject, storage: SchemaObject['storage']): SchemaObject {
    if (object.kind === 'view') return { ...object, columns: this.#viewColumns(object.name) }
    return object.kind !== 'table' || object.storage === storage ? object : { ...object, storage }
  }

  #make(entries: readonly Entry[]): ReadonlyMap<Entry, SchemaObject> {
    const parts = entries.map((entry) => ({ entry, parts: entry.split('\0') }))
    const columns = this.#columnsOf(
      parts.filter((each) => each.parts[0] === 'table').map((each) => each.parts[1] ?? ''),
    )
    return new Map(
      parts.map(({ entry, parts: [kind = '', name = '', table = '', sql = ''] }) => {
        const own = kind === 'table' ? (columns.get(name) ?? []).map(toColumn) : []
        const object = {
          kind: kind as SchemaObject['kind'],
          name,
          table,
          sql,
          columns: own,
          storage: 'ordinary' as const,
        }
        return [entry, object]
      }),
    )
  }

  #columnsOf(tables: readonly string[]): ReadonlyMap<string, readonly ColumnRow[]> {
    if (tables.length === 0) return new Map()
    return groupBy(
      this.#connection.rows<ColumnRow>(columnsSql, [JSON.stringify(tables)]),
      ({ owner }) => owner,
    )
  }

  /** Virtual tables and where they keep their rows; there are none of the second without the first. */
  #specialTables(entries: readonly Entry[]): ReadonlyMap<string, 'virtual' | 'shadow'> {
    if (!entries.some((entry) => entry.startsWith('table\0') && /\0create\s+virtual\b/i.test(entry)))
      return new Map()
    const rows = this.#connection.rows<{ name: string; type: 'virtual' | 'shadow' }>(specialSql)
    return new Map(rows.map(({ name, type }) => [name, type]))
  }

  /** One by one: a view that no longer compiles must not hide the others. */
  #viewColumns(name: string): readonly SchemaColumn[] {
    try {
      return this.#connection.rows<ColumnRow>(columnsOfViewSql, [name, name]).map(toColumn)
    } catch {
      return []
    }
  }
}

/** Tables before what belongs to them, each kind by name as SQLite compares text. */
function inOrder(a: SchemaObject, b: SchemaObject): number {
  if (a.kind !== b.kind) return schemaKinds.indexOf(a.kind) - schemaKinds.indexOf(b.kind)
  return a.name < b.name ? -1 : 1
}

function toColumn({ name, type, notNull, default: value, keyPosition, hidden }: ColumnRow): SchemaColumn {
  return { name, type, notNull: notNull !== 0, default: value, keyPosition, generated: hidden > 1 }
}
