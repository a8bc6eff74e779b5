import type { Applied } from '@whimbrel/core'
import type { JournalDatabase, JournalStep } from '../journal/release-journal.ts'

/** Where one database stands in a decided run, by its own records: they alone are believed. */
export interface Standing {
  /** Steps whose effect is not there. */
  readonly missing: readonly JournalStep[]
  /** Steps that this run has committed: what could be taken back. */
  readonly committed: readonly JournalStep[]
  /** It has fewer records than when the run began: it was replaced by an older one. */
  readonly isOlder: boolean
}

/** Compares the records of a database with what a run has decided for it. */
export function standingOf(
  { steps, records }: JournalDatabase,
  { applied, runId }: { readonly applied: readonly Applied[]; readonly runId: string },
): Standing {
  const byVersion = new Map(applied.map((record) => [record.version, record]))
  const missing = steps.filter((step) => !isDone(step, byVersion.get(step.version)))
  const committed = steps.filter((step) => {
    const record = byVersion.get(step.version)
    // What somebody has applied by hand since is not ours to take back.
    return isDone(step, record) && (step.direction === 'down' || record?.runId === runId)
  })
  const isUntouched = missing.length === steps.length
  return { missing, committed, isOlder: isUntouched && applied.length < records }
}

/**
 * Do records alone tell that a run had been decided? A step up bears the id of its run. That a record is gone tells of a
 * step down only where it is so of all of them: one alone may have been taken away by hand.
 */
export function isRecorded(standings: readonly Standing[]): boolean {
  const isUp = standings.some(({ committed }) => committed.some(({ direction }) => direction === 'up'))
  return isUp || standings.every(({ missing }) => missing.length === 0)
}

function isDone({ direction }: JournalStep, record: Applied | undefined): boolean {
  return direction === 'up' ? record?.state === 'applied' : record === undefined
}
