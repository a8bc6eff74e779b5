/** The schema of a database as its engine describes it: what there is, without the rows. */
export interface DatabaseSchema {
  /** Tables before what belongs to them, each kind by name. Objects that the engine makes by itself are left out. */
  readonly objects: readonly SchemaObject[]
}

export interface SchemaObject {
  readonly kind: 'table' | 'index' | 'view' | 'trigger'
  readonly name: string
  /** The table or view that it belongs to; its own name for tables and views. */
  readonly table: string
  /** The statement that made it, as the engine keeps it. */
  readonly sql: string
  /** Columns of a table or view, in order; empty for others. */
  readonly columns: readonly SchemaColumn[]
  /** `ordinary`, or for tables: `virtual`, and `shadow` for what a virtual table keeps its rows in. */
  readonly storage: 'ordinary' | 'virtual' | 'shadow'
}

export interface SchemaColumn {
  readonly name: string
  /** As declared, empty where nothing is. */
  readonly type: string
  readonly notNull: boolean
  /** SQL of its default, null where there is none. */
  readonly default: string | null
  /** Position in the primary key from 1, 0 where it is no part of it. */
  readonly keyPosition: number
  /** Computed from other columns: it holds nothing of its own. */
  readonly generated: boolean
}

/** Columns of the primary key in its order; empty where there is none. */
export function primaryKey({ columns }: Pick<SchemaObject, 'columns'>): readonly string[] {
  return columns
    .filter(({ keyPosition }) => keyPosition > 0)
    .sort((a, b) => a.keyPosition - b.keyPosition)
    .map(({ name }) => name)
}

/** The schema without these tables and what belongs to them; names in any case. */
export function withoutTables(schema: DatabaseSchema, tables: readonly string[]): DatabaseSchema {
  const left = new Set(tables.map((name) => name.toLowerCase()))
  return { objects: schema.objects.filter(({ table }) => !left.has(table.toLowerCase())) }
}
