import {
  type Dialect,
  MigrateError,
  primaryKey,
  quoteName,
  referenceTo,
  type SchemaObject,
  type Session,
  type SqlValue,
  shielded,
} from '@whimbrel/core'

/**
 * Gives one row of a table the values of another, as `addAlikeRows` does, where rows have no number of their own: they
 * are told apart by the primary key.
 */
export async function makeKeyedAlike(session: Session, table: SchemaObject, dialect: Dialect): Promise<void> {
  const key = primaryKey(table)
  const columns = table.columns
    .filter(
      ({ generated, keyPosition, identity }) => !generated && keyPosition === 0 && identity !== 'always',
    )
    .map(({ name }) => name)
  if (key.length === 0 || columns.length === 0) return
  const quote = (name: string) => quoteName(name, dialect)
  const target = referenceTo(table, dialect)
  const list = [...key, ...columns].map(quote).join(', ')
  const [first, second] = await session.query<Record<string, SqlValue>>(
    `SELECT ${list} FROM ${target} ORDER BY ${key.map(quote).join(', ')} LIMIT 2`,
  )
  if (first === undefined || second === undefined) return
  const copy = async (names: readonly string[]) => {
    const set = names.map((name, at) => `${quote(name)} = ${dialect.placeholder(at + 1)}`)
    const where = key.map((name, at) => `${quote(name)} = ${dialect.placeholder(names.length + at + 1)}`)
    const values = [...names.map((name) => first[name] ?? null), ...key.map((name) => second[name] ?? null)]
    const sql = `UPDATE ${target} SET ${set.join(', ')} WHERE ${where.join(' AND ')}`
    return isTaken(() => shielded(session, dialect, () => session.execute(sql, values)))
  }
  if (await copy(columns)) return
  for (const name of columns) await copy([name])
}

async function isTaken(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return false
    throw error
  }
}
