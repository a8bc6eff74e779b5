import type { Dialect } from '@whimbrel/core'

/** SQLite as data. */
export const sqliteDialect = { name: 'sqlite' } as unknown as Dialect
