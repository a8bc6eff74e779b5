import { resolveId, usage } from '@whimbrel/core'
import { quoteIdentifier } from '@whimbrel/sqlite-driver'
import type { MigrationRef, TestDatabase } from '../test-database.ts'
import { handleOf, isTestDatabase } from '../tested-database.ts'
import type { Verdict } from './verdict.ts'

/** Whether a migration is applied, and not in doubt. Throws MIGRATION_UNKNOWN, whichever way it is meant. */
export function hasApplied(database: TestDatabase, id: string): Verdict {
  const { migration, records, state } = recordOf(database, id)
  const newest = records.at(-1)?.id
  const unmet =
    state === undefined
      ? `${migration.id} is not applied; ${newest === undefined ? 'nothing is' : `the newest that is applied is ${newest}`}`
      : `${migration.id} is ${state}, not applied`
  return { holds: state === 'applied', unmet, met: `${migration.id} is applied` }
}

/** Whether a migration has no record. Throws MIGRATION_UNKNOWN, whichever way it is meant. */
export function hasPending(database: TestDatabase, id: string): Verdict {
  const { migration, state } = recordOf(database, id)
  return {
    holds: state === undefined,
    unmet: `${migration.id} is not pending: it is ${state}`,
    met: `${migration.id} is pending`,
  }
}

interface RecordRow extends MigrationRef {
  readonly state: string
}

function recordOf(database: TestDatabase, query: string) {
  const handle = handleOf(database)
  if (!isTestDatabase(database))
    throw usage(
      'A bare handle does not say which migrations there are',
      'Give what createTestDatabase resolves with',
    )
  const migration = resolveId(query, database.available)
  const known = handle.prepare(
    "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
  )
  const sql = `SELECT id, CAST(version AS TEXT) AS version, state FROM main.${quoteIdentifier(database.table)} ORDER BY sequence`
  // Where nothing was ever applied there is no tracking table.
  const records = known.get(database.table) === undefined ? [] : (handle.prepare(sql).all() as RecordRow[])
  const state = records.find(({ version }) => version === migration.version)?.state
  return { migration, records, state: state === 'in-doubt' ? 'in doubt' : state }
}
