import type { Lock } from '@whimbrel/core'
import { lockOrder } from '../atomic/lock-order.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { ReleaseRunnerOptions } from '../release-runner-options.ts'
import { lockDatabase } from './lock-database.ts'

/**
 * Leaves all databases as they are, and takes away what interrupted runs have written down beside them, also what
 * cannot be read. Under their locks: a run that is going on needs its journal. Returns beside how many it stood.
 */
export async function forgetRuns(options: ReleaseRunnerOptions): Promise<number> {
  const found: ReleaseDatabase[] = []
  for (const database of options.databases) if (await hasJournal(database)) found.push(database)
  const locks: Lock[] = []
  try {
    for (const database of await lockOrder(found)) locks.push(await lockDatabase(database, options))
    let forgotten = 0
    for (const database of found) {
      // The run may have come to its end meanwhile.
      if (!(await hasJournal(database))) continue
      await database.driver.runJournal?.remove()
      forgotten += 1
    }
    return forgotten
  } finally {
    for (const held of locks.reverse()) await held.release()
  }
}

async function hasJournal({ driver }: ReleaseDatabase): Promise<boolean> {
  return (await driver.runJournal?.read()) !== undefined
}
