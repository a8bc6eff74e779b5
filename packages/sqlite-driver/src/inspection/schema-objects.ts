import type { Connection } from '../connection.ts'
import type { KnownNames } from './known-names.ts'
import { mentions, tellingNames } from './mentions.ts'

interface SchemaRow {
  readonly type: 'table' | 'view' | 'trigger'
  readonly name: string
  /** The table or view that a trigger is on; its own name for others. */
  readonly target: string
  readonly sql: string
}

/** What a look at a schema, or at a part of it, is about. */
export interface SchemaObjects {
  /** Tables by name; undefined stands for all of them. */
  readonly tables: readonly SchemaRow[] | undefined
  readonly views: readonly SchemaRow[]
  /** All triggers of every table that has one of these names in a trigger. */
  readonly triggers: readonly SchemaRow[]
}

const columns = 'SELECT type, name, tbl_name AS target, sql FROM sqlite_schema'
const everything = `${columns} WHERE type IN ('view', 'trigger') ORDER BY tbl_name, name`
const partOfIt = `${columns} WHERE type IN ('view', 'trigger')
  OR (type = 'table' AND name COLLATE NOCASE IN (SELECT value FROM json_each(?))) ORDER BY tbl_name, name`

/** Reads the schema once: every view and trigger, or those that have one of the names or mention one. */
export function schemaObjects(
  connection: Connection,
  { names, known }: { readonly names: ReadonlySet<string> | undefined; readonly known: KnownNames },
): SchemaObjects {
  const rows =
    names === undefined
      ? connection.rows<SchemaRow>(everything)
      : connection.rows<SchemaRow>(partOfIt, [JSON.stringify(tellingNames(names))])
  const made = rows.filter(({ type }) => type !== 'trigger').map(({ name }) => name)
  const isMeant = mentions(names && known.among(names, made))
  const meant = rows.filter(({ name, sql }) => isMeant(name, sql))
  const targets = new Set(meant.filter(({ type }) => type === 'trigger').map(({ target }) => target))
  return {
    tables: names === undefined ? undefined : rows.filter(({ type }) => type === 'table'),
    views: meant.filter(({ type }) => type === 'view'),
    triggers: rows.filter(({ type, target }) => type === 'trigger' && targets.has(target)),
  }
}
