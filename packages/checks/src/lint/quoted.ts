import { quoteName, sqliteDialect } from '@whimbrel/core'

/** A name in the quotation marks of SQLite. */
export function quoted(name: string): string {
  return quoteName(name, sqliteDialect)
}
