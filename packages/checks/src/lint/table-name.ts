import { type Dialect, quoteName } from '@whimbrel/core'

/** The name of a table as it stands in SQL; that of SQLite says that no temporary one is meant. */
export function tableName(name: string, dialect: Dialect): string {
  // Whether it stood in quotation marks is not known any more; most names need none.
  if (dialect.name === 'postgres' && /^[a-z_]\w*$/i.test(name)) return name
  const quoted = quoteName(name, dialect)
  return dialect.name === 'sqlite' ? `main.${quoted}` : quoted
}
