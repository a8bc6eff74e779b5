import { type Applied, MigrateError, type Session, usage } from '@whimbrel/core'
import type { Decision } from './baseline.ts'
import { notThere } from './record-lost.ts'
import { appendHistory, type TrackerTables, versionValue } from './write-record.ts'
import { writtenRows } from './written-rows.ts'

/** What is true of a migration in doubt, as somebody found out. */
export interface Settlement extends Decision {
  /** `applied`: its change is there. `pending`: it is not, or was taken back. */
  readonly as: 'applied' | 'pending'
}

/**
 * Ends a doubt. `applied` keeps the record: an up counts as done, a down as not begun. `pending` removes it: an up
 * counts as not begun, a down as done. Throws NOT_IN_DOUBT, USAGE.
 */
export async function settle(
  session: Session,
  tables: TrackerTables,
  { record, as, run, reason }: Settlement & { readonly record: Applied },
): Promise<void> {
  if (as !== 'applied' && as !== 'pending') {
    throw usage(`A migration cannot be marked "${as}"`, 'Mark it "applied" or "pending"')
  }
  if (record.state !== 'in-doubt') throw notInDoubt(record)
  await appendHistory(session, tables, {
    migration: record,
    action: 'mark',
    outcome: as === 'applied' ? 'applied' : 'reverted',
    startedAt: new Date().toISOString(),
    checksum: record.checksum,
    reason: reason ?? null,
    run,
  })
  const { endDoubt, deleteRecord } = tables.statements
  const changed = await writtenRows(session, tables, {
    sql: as === 'applied' ? endDoubt : deleteRecord,
    values: [versionValue(record.version)],
  })
  if (changed !== 1) throw notThere(record, tables.records)
}

function notInDoubt({ id }: Applied): MigrateError {
  return new MigrateError('NOT_IN_DOUBT', `${id} is applied and not in doubt: there is nothing to mark`, {
    hint: `To take it back, run "whimbrel down --only ${id}"`,
    details: { migration: id },
  })
}
