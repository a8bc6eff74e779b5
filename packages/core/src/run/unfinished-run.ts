import { MigrateError } from '../migrate-error.ts'
import type { Driver } from '../ports/driver.ts'

/**
 * Throws RUN_UNFINISHED where a run over several databases, this one among them, was interrupted. To be called under the
 * lock: what a kill kept from becoming a run journal is taken away.
 */
export async function refuseUnfinishedRun({ runJournal, location }: Driver): Promise<void> {
  if ((await runJournal?.read()) === undefined) return runJournal?.remove().catch(() => undefined)
  throw new MigrateError(
    'RUN_UNFINISHED',
    `A run over ${location} and other databases was interrupted and is not finished`,
    {
      hint: 'Run "whimbrel recover" with the manifest of these databases, or open them with openDatabases(): both finish it first. "whimbrel recover --forget" leaves them as they are',
    },
  )
}
