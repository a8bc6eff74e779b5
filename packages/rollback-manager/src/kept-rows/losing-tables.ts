import { type DatabaseSchema, type Dialect, primaryKey, type SchemaObject } from '@whimbrel/core'
import { isDerivedTable } from '../impact/derived-table.ts'
import type { ColumnLoss, StepLosses, TableLoss } from '../impact/schema-trace.ts'
import type { KeptColumn, KeptTable } from './kept-file.ts'
import { objectNamed } from './object-named.ts'

/** What has to be kept of each table that loses something, as the schema is when the step begins. */
export function losingTables(
  { tables, columns }: Pick<StepLosses, 'tables' | 'columns'>,
  schema: DatabaseSchema,
  dialect: Pick<Dialect, 'name'>,
): readonly KeptTable[] {
  const find = (name: string) => objectNamed(name, schema.objects)
  const whole = tables.flatMap((loss): KeptTable[] => {
    const object = find(loss.current)
    return object === undefined || isDerivedTable(schema, object.name)
      ? []
      : [wholeTable(object, loss, dialect)]
  })
  const parts = [...new Set(columns.map(({ table }) => table.current))].flatMap((name): KeptTable[] => {
    const object = find(name)
    const losses = columns.filter(({ table }) => table.current === name)
    return object === undefined ? [] : [partOfTable(object, losses)]
  })
  return [...whole, ...parts]
}

function wholeTable(
  object: SchemaObject,
  { live, columns }: TableLoss,
  dialect: Pick<Dialect, 'name'>,
): KeptTable {
  const key = primaryKey(object)
  const before = new Map(columns.map((column) => [column.current.toLowerCase(), column.live]))
  const rowid = key.length === 0 && dialect.name === 'sqlite' ? rowidOf(object) : undefined
  const kept = object.columns
    .filter(({ generated }) => !generated)
    .map(({ name, type }): KeptColumn => {
      const isKey = key.includes(name)
      return { name, before: before.get(name.toLowerCase()) ?? name, type, key: isKey, lost: true }
    })
  const row: KeptColumn[] =
    rowid === undefined ? [] : [{ name: rowid, before: rowid, type: 'INTEGER', key: true, lost: false }]
  return { name: object.name, before: live, lost: 'table', sql: object.sql, columns: [...row, ...kept] }
}

/** The key and what goes; without a key the whole row, so that a person can tell which one it was. */
function partOfTable(object: SchemaObject, losses: readonly ColumnLoss[]): KeptTable {
  const key = primaryKey(object)
  const lost = new Map(losses.map((loss) => [loss.current.toLowerCase(), loss.live]))
  const columns = object.columns
    .filter(
      ({ generated, name }) =>
        !generated && (key.length === 0 || key.includes(name) || lost.has(name.toLowerCase())),
    )
    .map(({ name, type }): KeptColumn => {
      const before = lost.get(name.toLowerCase())
      return { name, before: before ?? name, type, key: key.includes(name), lost: before !== undefined }
    })
  const before = losses[0]?.table.live ?? object.name
  return { name: object.name, before, lost: 'columns', sql: object.sql, columns }
}

/** The name under which the number of a row can be had, where the table has one and no column hides it. */
function rowidOf({ columns, storage, sql }: SchemaObject): string | undefined {
  // Servers, which describe their columns themselves, number no rows.
  if (columns.some(({ definition }) => definition !== undefined)) return undefined
  if (storage === 'virtual' && !/\busing\s+"?fts/i.test(sql)) return undefined
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  return ['rowid', '_rowid_', 'oid'].find((name) => !names.has(name))
}
