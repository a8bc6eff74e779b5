import type { Step } from '@whimbrel/core'
import type { KnownDatabase } from './known-database.ts'

/**
 * Why the steps of a database cannot be kept and undone together with those of others, as a sentence without a full
 * stop; undefined where they can.
 */
export function reasonToStandAlone(database: KnownDatabase, steps: readonly Step[]): string | undefined {
  const { transaction, transactionalDdl, engine = 'its engine' } = database
  const committing = steps.find(({ migration }) => migration.commits !== undefined)
  if (committing !== undefined)
    return `${committing.id} cannot be undone: ${engine} commits at ${committing.migration.commits}`
  if (!transactionalDdl)
    return `${engine} undoes rows only in tables of some storage engines, and commits at every change of the schema`
  if (transaction === 'each') return '"transaction" is "each" in the manifest: one for every migration'
  const outside = steps.find(({ migration }) => !migration.transactional)
  if (outside !== undefined) return `${outside.id} is declared "Transaction: none"`
  const enforced = steps.find(({ migration }) => migration.foreignKeys)
  const other = steps.find(({ migration }) => !migration.foreignKeys)
  if (enforced === undefined || other === undefined) return undefined
  return `${enforced.id} is declared "Foreign-Keys: on" and ${other.id} is not: they cannot share a transaction`
}
