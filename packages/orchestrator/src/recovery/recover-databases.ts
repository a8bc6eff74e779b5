import { lockOrder } from '../atomic/lock-order.ts'
import { type FoundJournal, readJournals } from '../journal/journals.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { ReleaseRunnerOptions } from '../release-runner-options.ts'
import { runnersOf } from '../runners.ts'
import { tell } from '../tell.ts'
import { matchDatabases, type PlacedDatabase } from './matching.ts'
import { Recovery } from './recovery.ts'
import { notYet } from './recovery-errors.ts'
import type { RecoveryReport, UnfinishedRun } from './recovery-report.ts'

/** The run that was interrupted, or is going on, as its journal tells; without a lock and without writing. */
export async function unfinishedRun(
  databases: readonly ReleaseDatabase[],
): Promise<UnfinishedRun | undefined> {
  const [found] = await readJournals(databases)
  if (found === undefined) return undefined
  const { runId, startedAt, by, databases: names } = found.journal
  return { runId, startedAt, by, databases: names.map(({ name }) => name) }
}

/** Brings every interrupted run of these databases to its end. Usually there is none, and nothing is locked. */
export async function recoverDatabases(options: ReleaseRunnerOptions): Promise<readonly RecoveryReport[]> {
  const reports: RecoveryReport[] = []
  const seen = new Set<string>()
  for (;;) {
    const found = (await readJournals(options.databases)).find(({ journal }) => !seen.has(journal.runId))
    if (found === undefined) return reports
    seen.add(found.journal.runId)
    const report = await recover(found, options).catch((error: unknown) => {
      throw notYet(found.journal, error)
    })
    if (report === undefined) continue
    tell(options.onEvent, { type: 'recovery-finished', report })
    reports.push(report)
  }
}

async function recover(
  { database, journal }: FoundJournal,
  options: ReleaseRunnerOptions,
): Promise<RecoveryReport | undefined> {
  const places = await Promise.all(options.databases.map(placed))
  const known = places.flatMap((each) => each ?? [])
  const found = known.find((each) => each.database === database) as PlacedDatabase
  const matched = matchDatabases(journal, { known, found })
  const order = await lockOrder(matched.flatMap(({ database: here }) => (here === undefined ? [] : [here])))
  const { runId, databases } = journal
  tell(options.onEvent, { type: 'recovery-started', runId, databases: databases.map(({ name }) => name) })
  return new Recovery({
    journal,
    matched,
    order,
    found,
    runnerOf: runnersOf(options, { runId, direction: 'up', recovers: true }),
  }).carryOut()
}

async function placed(database: ReleaseDatabase): Promise<PlacedDatabase | undefined> {
  const place = await database.driver.runJournal?.place()
  return place === undefined ? undefined : { database, place }
}
