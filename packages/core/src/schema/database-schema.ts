/** The schema of a database as its engine describes it: what there is, without the rows. */
export interface DatabaseSchema {
  /**
   * In an order in which they can be made again as a rule: each kind by name, tables before what belongs to them. Objects
   * that the engine makes by itself are left out.
   */
  readonly objects: readonly SchemaObject[]
  /** The server tells names of tables and views apart by case, whatever else its engine folds. */
  readonly exactTables?: true
}

/** What an object of a schema can be, in an order in which they can be made as a rule. No engine has all of these. */
export const schemaKinds = [
  'schema',
  'extension',
  'type',
  'sequence',
  'function',
  'procedure',
  'table',
  'constraint',
  'index',
  'view',
  'rule',
  'trigger',
  'policy',
  'event',
] as const

export type SchemaKind = (typeof schemaKinds)[number]

export interface SchemaObject {
  /** `constraint` only where the constraints of a table do not stand in the statement that made it. */
  readonly kind: SchemaKind
  readonly name: string
  /** The table or view that it belongs to; its own name for those and for what belongs to none. */
  readonly table: string
  /** The statement that made it, as the engine keeps it or as it can be put together. */
  readonly sql: string
  /** Statements behind that one, which run when all objects are there: comments, who owns a sequence. */
  readonly additions?: readonly string[]
  /** What there is to say of a table beside its columns and constraints: `PARTITION BY RANGE (day)`. */
  readonly options?: readonly string[]
  /** Its name as it stands in SQL, where that is not just the name in quotation marks: `audit."Log"`. */
  readonly reference?: string
  /** It stands in the statement that made its table, too: it comes and goes with that. */
  readonly within?: true
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
  /** The engine numbers rows by itself, and lets nobody else do so unless told to (`always`) or whenever (`by default`). */
  readonly identity?: 'always' | 'by default'
  /**
   * All that is declared of it in the one spelling of an engine that does not keep the author's: then it is compared by
   * this alone.
   */
  readonly definition?: string
}

/** Columns of the primary key in its order; empty where there is none. */
export function primaryKey({ columns }: Pick<SchemaObject, 'columns'>): readonly string[] {
  return columns
    .filter(({ keyPosition }) => keyPosition > 0)
    .sort((a, b) => a.keyPosition - b.keyPosition)
    .map(({ name }) => name)
}

/** The schema without these tables, in whatever schema they are, and what belongs to them; names in any case. */
export function withoutTables(schema: DatabaseSchema, tables: readonly string[]): DatabaseSchema {
  const left = new Set(tables.map((name) => name.toLowerCase()))
  const isLeft = ({ kind, table }: SchemaObject) => {
    const name = table.toLowerCase()
    if (kind === 'schema') return false
    return left.has(name) || left.has(name.slice(name.lastIndexOf('.') + 1))
  }
  const gone = schema.objects.filter(isLeft)
  if (gone.length === 0) return schema
  const rest = schema.objects.filter((object) => !isLeft(object))
  // A schema that holds nothing but those tables was made for them.
  const isEmptied = ({ kind, name }: SchemaObject) => {
    const isInside = (other: SchemaObject) => other.kind !== 'schema' && other.name.startsWith(`${name}.`)
    return kind === 'schema' && gone.some(isInside) && !rest.some(isInside)
  }
  return { ...schema, objects: rest.filter((object) => !isEmptied(object)) }
}
