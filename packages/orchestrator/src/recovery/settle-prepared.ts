import type { Lock } from '@whimbrel/core'
import { isBeside } from '../journal/journals.ts'
import type { ReleaseJournal } from '../journal/release-journal.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { PlacedDatabase } from './matching.ts'

interface Interrupted {
  readonly journal: ReleaseJournal
  readonly found: PlacedDatabase
  readonly lock: (database: ReleaseDatabase) => Promise<Lock>
}

interface Settling {
  /** Those of the run that are known, in the order in which they are locked. */
  readonly databases: readonly ReleaseDatabase[]
  /** What has been decided. */
  readonly ending: () => Promise<ReleaseJournal['decision']>
}

/**
 * Brings the transactions of an interrupted run that were prepared to the end that was decided. Under the locks of all, so
 * that whoever prepared them is gone, and prepares nothing more. Usually there are none, and nothing is locked.
 */
export async function settlePrepared(
  { journal, found, lock }: Interrupted,
  { databases, ending }: Settling,
): Promise<void> {
  const { runId } = journal
  if ((await withPrepared(databases, runId)).length === 0) return
  const locks: Lock[] = []
  try {
    for (const database of databases) locks.push(await lock(database))
    // Somebody else may have seen to it meanwhile.
    if (!(await isBeside(journal, found.database))) return
    const end = (await ending()) === 'forward' ? 'commit' : 'undo'
    for (const { driver } of await withPrepared(databases, runId))
      await driver.runJournal?.settle?.(runId, end)
  } finally {
    for (const held of locks.reverse()) await held.release()
  }
}

async function withPrepared(
  databases: readonly ReleaseDatabase[],
  runId: string,
): Promise<readonly ReleaseDatabase[]> {
  const found: ReleaseDatabase[] = []
  for (const database of databases) {
    const prepared = await database.driver.runJournal?.prepared?.()
    if (prepared?.some(({ run }) => run === runId)) found.push(database)
  }
  return found
}
