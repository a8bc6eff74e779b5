import type { DatabaseSchema, Session } from '@whimbrel/core'

/** The schema of a session; the same object while it is the same. */
export async function schemaOf({ inspector }: Session): Promise<DatabaseSchema> {
  return (await inspector?.schema()) ?? { objects: [] }
}
