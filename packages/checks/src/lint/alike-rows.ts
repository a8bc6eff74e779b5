import {
  type DatabaseSchema,
  type Dialect,
  MigrateError,
  type SchemaObject,
  type Session,
} from '@whimbrel/core'
import { makeKeyedAlike } from './alike-keyed-rows.ts'
import { quoted } from './quoted.ts'

interface AlikeOptions {
  readonly session: Session
  readonly schema: DatabaseSchema
  readonly dialect: Dialect
  readonly tables: readonly string[]
}

/**
 * Gives one row of each table the values of another, column by column, wherever nothing forbids it: real rows repeat
 * themselves, and what assumes that they do not has to fail here.
 */
export async function addAlikeRows({ session, schema, dialect, tables }: AlikeOptions): Promise<void> {
  const wanted = new Set(tables.map((name) => name.toLowerCase()))
  for (const object of schema.objects) {
    if (object.kind !== 'table' || !wanted.has(object.name.toLowerCase())) continue
    if (dialect.name === 'sqlite') await makeAlike(session, object)
    else await makeKeyedAlike(session, object, dialect)
  }
}

async function makeAlike(session: Session, table: SchemaObject): Promise<void> {
  const columns = table.columns.filter(({ generated, keyPosition }) => !generated && keyPosition === 0)
  const names = columns.map(({ name }) => quoted(name))
  if (names.length === 0 || !(await hasRowid(session, table))) return
  if (await copies(session, table, names)) return
  for (const name of names) await copies(session, table, [name])
}

/** Copies values of the first row into the second one. False where something forbids it. */
async function copies(
  session: Session,
  { name }: SchemaObject,
  columns: readonly string[],
): Promise<boolean> {
  const target = `main.${quoted(name)}`
  const list = columns.join(', ')
  const sql = `UPDATE ${target} SET (${list}) = (SELECT ${list} FROM ${target} ORDER BY rowid LIMIT 1)
    WHERE rowid = (SELECT rowid FROM ${target} ORDER BY rowid LIMIT 1 OFFSET 1)`
  return isTaken(session, sql)
}

function hasRowid(session: Session, { name }: SchemaObject): Promise<boolean> {
  return isTaken(session, `EXPLAIN SELECT rowid FROM main.${quoted(name)}`)
}

async function isTaken(session: Session, sql: string): Promise<boolean> {
  try {
    await session.execute(sql)
    return true
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return false
    throw error
  }
}
