import type { PreparedRun } from '@whimbrel/core'
import { ifReached } from '../journal/if-reached.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { ReleaseRunnerOptions } from '../release-runner-options.ts'
import { lockDatabase } from './lock-database.ts'
import type { RecoveryReport } from './recovery-report.ts'

/** A database with the prepared transaction of a run of which no journal tells, so that nothing was decided. */
export interface LeftPrepared {
  readonly database: ReleaseDatabase
  readonly prepared: PreparedRun
}

/** Looks for what was left by processes that ended between preparing and deciding, or that are doing that now. */
export async function leftPrepared(databases: readonly ReleaseDatabase[]): Promise<readonly LeftPrepared[]> {
  const found = await Promise.all(
    databases.map(async (database) => {
      const all = await ifReached(preparedWithoutJournal(database))
      return (all ?? []).map((prepared) => ({ database, prepared }))
    }),
  )
  return found.flat()
}

async function preparedWithoutJournal({ driver }: ReleaseDatabase): Promise<readonly PreparedRun[]> {
  const { runJournal } = driver
  const all = (await runJournal?.prepared?.()) ?? []
  return all.length === 0 || (await runJournal?.read()) !== undefined ? [] : all
}

/** Undoes them, each under the lock of its database: until then they keep locks, whatever becomes of their processes. */
export async function undoLeftPrepared(options: ReleaseRunnerOptions): Promise<readonly RecoveryReport[]> {
  const reports: RecoveryReport[] = []
  for (const { database, prepared } of await leftPrepared(options.databases)) {
    const lock = await lockDatabase(database, options)
    try {
      // Whoever had the lock may have come to the end, or decided that it is kept.
      const left = await preparedWithoutJournal(database)
      if (!left.some(({ run }) => run === prepared.run)) continue
      await database.driver.runJournal?.settle?.(prepared.run, 'undo')
    } finally {
      await lock.release()
    }
    const { run: runId, since: startedAt, by } = prepared
    const engine = database.driver.dialect.name
    const undone = { database: database.name, engine, outcome: 'untouched', steps: [] } as const
    reports.push({ runId, outcome: 'undecided', startedAt, by, databases: [undone] })
  }
  return reports
}
