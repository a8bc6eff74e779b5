import { type Dialect, quoteName, referenceTo, type SchemaObject } from '@whimbrel/core'

/** Statements that take something away for a while, and those that bring it back. */
export interface StandingAside {
  readonly away: readonly string[]
  readonly back: readonly string[]
}

/**
 * The triggers of tables, and their foreign keys where these are objects of their own and enforced at once: they would
 * be in the way while rows come back one by one.
 */
export function standAside(
  objects: readonly SchemaObject[],
  tables: ReadonlySet<string>,
  dialect: Dialect,
): StandingAside {
  const triggers = triggersOf(objects, tables)
  const keys = objects
    .filter(({ table }) => tables.has(table))
    .filter(({ kind, within, sql }) => kind === 'constraint' && within !== true && isForeignKey(sql))
  const tableOf = (object: SchemaObject) =>
    referenceTo(
      objects.find(({ kind, name }) => (kind === 'table' || kind === 'view') && name === object.table) ??
        object,
      dialect,
    )
  const on = (object: SchemaObject) => (dialect.namedInTable.has('trigger') ? ` ON ${tableOf(object)}` : '')
  return {
    away: [
      ...triggers.map((trigger) => `DROP TRIGGER ${quoteName(trigger.name, dialect)}${on(trigger)}`),
      ...keys.map((key) => `ALTER TABLE ${tableOf(key)} DROP CONSTRAINT ${quoteName(key.name, dialect)}`),
    ],
    back: [...keys, ...triggers].flatMap(({ sql, additions = [] }) => [sql, ...additions]),
  }
}

function isForeignKey(sql: string): boolean {
  return /^ALTER TABLE [\s\S]* FOREIGN KEY /.test(sql)
}

/** In any case: SQLite gives the name of the table as the trigger has it. */
export function triggersOf(
  objects: readonly SchemaObject[],
  tables: ReadonlySet<string>,
): readonly SchemaObject[] {
  const lower = new Set([...tables].map((name) => name.toLowerCase()))
  return objects.filter(({ kind, table }) => kind === 'trigger' && lower.has(table.toLowerCase()))
}
