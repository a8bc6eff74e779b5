import type { DatabaseSchema, SchemaChange } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'

/** The schema that SQLite describes after it has run the statements. */
export async function schemaOf(...statements: readonly string[]): Promise<DatabaseSchema> {
  const driver = sqliteDriver({ path: ':memory:' })
  const session = await driver.scratch?.()
  try {
    for (const statement of statements) await session?.execute(statement)
    return (await session?.inspector?.schema()) ?? { objects: [] }
  } finally {
    await session?.close()
    await driver.close()
  }
}

/** A change in a line: `changed column t.a`. */
export function lineOf({ change, kind, name, table }: SchemaChange): string {
  return kind === 'column' || kind === 'constraint'
    ? `${change} ${kind} ${table}.${name}`
    : `${change} ${kind} ${name}`
}
