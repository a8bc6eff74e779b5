import {
  type Applied,
  type KeptSql,
  MigrateError,
  type Migration,
  type Session,
  waysOut,
} from '@whimbrel/core'
import type { Decision } from './baseline.ts'
import { metadataToJson } from './metadata-json.ts'
import { notThere } from './record-lost.ts'
import { appendHistory, type TrackerTables, versionValue } from './write-record.ts'
import { writtenRows } from './written-rows.ts'

/** A migration as it reads now, accepted in place of what was applied. */
export interface Acceptance extends Decision {
  readonly migration: Migration
  /** Its SQL as it reads now, kept for a rollback without the file; where absent, none is kept any longer. */
  readonly sql?: KeptSql | undefined
}

/**
 * Takes what a migration says now for what was applied; the old checksum and the reason go into the history. Throws
 * IN_DOUBT for a record that has to be settled first.
 */
export async function acceptChecksum(
  session: Session,
  tables: TrackerTables,
  { record, migration, sql, run, reason }: Acceptance & { readonly record: Applied },
): Promise<void> {
  if (record.state === 'in-doubt') throw stillInDoubt(record)
  await appendHistory(session, tables, {
    migration,
    action: 'accept',
    outcome: 'recorded',
    startedAt: new Date().toISOString(),
    checksum: migration.checksum,
    previousChecksum: record.checksum,
    reason: withOldDown(record, { migration, reason }),
    run,
  })
  const values = [
    migration.name,
    migration.id,
    migration.checksum,
    migration.downChecksum,
    migration.fingerprint,
    metadataToJson(migration),
    sql?.up ?? null,
    sql?.down ?? null,
    versionValue(migration.version),
  ]
  const changed = await writtenRows(session, tables, { sql: tables.statements.setChecksum, values })
  if (changed !== 1) throw notThere(migration, tables.records)
}

/** The history has a place for one old checksum: that of the up. */
function withOldDown(
  { downChecksum }: Applied,
  { migration, reason }: Pick<Acceptance, 'migration' | 'reason'>,
): string | null {
  if (downChecksum === migration.downChecksum) return reason ?? null
  return `${reason ?? 'accepted'} (its down was ${downChecksum ?? 'empty'})`
}

function stillInDoubt({ id, direction }: Applied): MigrateError {
  return new MigrateError('IN_DOUBT', `${id} is in doubt: nobody knows whether its ${direction} finished`, {
    hint: `${waysOut({ id, direction })}; then accept it`,
    details: { migration: id },
  })
}
