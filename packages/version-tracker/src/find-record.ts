import { type Applied, MigrateError, usage } from '@whimbrel/core'

/** The record of an id or a version, leading zeros or not; undefined where there is none. Throws USAGE. */
export function findRecord(records: readonly Applied[], idOrVersion: string): Applied | undefined {
  if (typeof idOrVersion !== 'string' || idOrVersion.trim() === '') {
    throw usage(
      'No migration was named',
      'Give the id of a migration, 007_add_index for instance, or its version',
    )
  }
  if (!/^\d+$/.test(idOrVersion)) return records.find(({ id }) => id === idOrVersion)
  const version = idOrVersion.replace(/^0+(?=\d)/, '')
  return records.find((record) => record.version === version)
}

/** The same, where there has to be one. Throws MIGRATION_UNKNOWN. */
export function recordOf(records: readonly Applied[], idOrVersion: string): Applied {
  const record = findRecord(records, idOrVersion)
  if (record !== undefined) return record
  throw new MigrateError('MIGRATION_UNKNOWN', `The database has no record of ${idOrVersion}`, {
    hint: 'Run "whimbrel status" to see what is applied, pending and in doubt',
    details: { migration: idOrVersion },
  })
}
