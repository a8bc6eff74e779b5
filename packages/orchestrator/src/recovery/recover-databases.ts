import { MigrateError } from '@whimbrel/core'
import { lockOrder } from '../atomic/lock-order.ts'
import { ifReached } from '../journal/if-reached.ts'
import { type FoundJournal, readJournals } from '../journal/journals.ts'
import type { JournalDatabase } from '../journal/release-journal.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { ReleaseRunnerOptions } from '../release-runner-options.ts'
import { runnersOf } from '../runners.ts'
import { tell } from '../tell.ts'
import { leftPrepared, undoLeftPrepared } from './left-prepared.ts'
import { lockDatabase } from './lock-database.ts'
import { type KnownPlace, matchDatabases, type PlacedDatabase } from './matching.ts'
import { Recovery } from './recovery.ts'
import { leftToOthers, notYet } from './recovery-errors.ts'
import type { RecoveryReport, UnfinishedRun } from './recovery-report.ts'

/** The run that was interrupted, or is going on, as its journal tells; without a lock and without writing. */
export async function unfinishedRun(
  databases: readonly ReleaseDatabase[],
): Promise<UnfinishedRun | undefined> {
  const [found] = await readJournals(databases)
  if (found === undefined) return preparedRun(databases)
  const { runId, startedAt, by, databases: names } = found.journal
  const elsewhere = (await elsewhereOf(found, databases)).map(({ name }) => name)
  const engines = names.flatMap(({ name, engine }) => (engine === undefined ? [] : [[name, engine]]))
  return {
    runId,
    startedAt,
    by,
    databases: names.map(({ name }) => name),
    engines: Object.fromEntries(engines),
    elsewhere,
  }
}

/** One of which only prepared transactions tell. */
async function preparedRun(databases: readonly ReleaseDatabase[]): Promise<UnfinishedRun | undefined> {
  const left = await leftPrepared(databases)
  const [first] = left
  if (first === undefined) return undefined
  const { run: runId, since: startedAt, by } = first.prepared
  const own = left.filter(({ prepared }) => prepared.run === runId).map(({ database }) => database)
  return {
    runId,
    startedAt,
    by,
    databases: own.map(({ name }) => name),
    engines: Object.fromEntries(own.map(({ name, driver }) => [name, driver.dialect.name])),
    elsewhere: [],
  }
}

/** Why a run cannot be brought to its end here, where other databases have to be known for that. */
export async function unfinishedElsewhere(
  databases: readonly ReleaseDatabase[],
): Promise<MigrateError | undefined> {
  for (const found of await readJournals(databases)) {
    const elsewhere = await elsewhereOf(found, databases)
    if (elsewhere.length > 0) return leftToOthers(found.journal, elsewhere)
  }
  return undefined
}

async function elsewhereOf(
  found: FoundJournal,
  databases: readonly ReleaseDatabase[],
): Promise<readonly JournalDatabase[]> {
  const { matched } = await matchedDatabases(found, databases)
  return matched.flatMap(({ entry, database }) => (database === undefined ? [entry] : []))
}

/**
 * Brings every interrupted run of these databases to its end. Usually there is none, and nothing is locked. One that can
 * neither be finished nor taken back does not keep the others from it: its error is thrown at the end.
 */
export async function recoverDatabases(options: ReleaseRunnerOptions): Promise<readonly RecoveryReport[]> {
  const reports: RecoveryReport[] = []
  const seen = new Set<string>()
  let stuck: unknown
  for (;;) {
    const found = (await readJournals(options.databases)).find(({ journal }) => !seen.has(journal.runId))
    if (found === undefined) break
    seen.add(found.journal.runId)
    const report = await recover(found, options).catch((error: unknown) => {
      if (!MigrateError.is(error) || error.code !== 'RUN_UNFINISHED') throw notYet(found.journal, error)
      stuck ??= error
      return undefined
    })
    if (report === undefined) continue
    tell(options.onEvent, { type: 'recovery-finished', report })
    reports.push(report)
  }
  if (stuck !== undefined) throw stuck
  for (const report of await undoLeftPrepared(options)) {
    tell(options.onEvent, { type: 'recovery-finished', report })
    reports.push(report)
  }
  return reports
}

async function recover(
  { database, journal }: FoundJournal,
  options: ReleaseRunnerOptions,
): Promise<RecoveryReport | undefined> {
  const { matched, found } = await matchedDatabases({ database, journal }, options.databases)
  const order = await lockOrder(matched.flatMap(({ database: here }) => (here === undefined ? [] : [here])))
  const { runId, databases } = journal
  tell(options.onEvent, { type: 'recovery-started', runId, databases: databases.map(({ name }) => name) })
  return new Recovery({
    journal,
    matched,
    order,
    found,
    lock: (each) => lockDatabase(each, options),
    runnerOf: runnersOf(options, { runId, direction: 'up', recovers: true }),
  }).carryOut()
}

async function matchedDatabases({ database, journal }: FoundJournal, databases: readonly ReleaseDatabase[]) {
  const places = await Promise.all(databases.map(placed))
  const known = places.flatMap((each) => each ?? [])
  const place = await database.driver.runJournal?.place()
  const found: PlacedDatabase = { database, place: place ?? '' }
  return { found, matched: matchDatabases(journal, { known, found }) }
}

async function placed(database: ReleaseDatabase): Promise<KnownPlace | undefined> {
  const { runJournal } = database.driver
  return runJournal === undefined ? undefined : { database, place: await ifReached(runJournal.place()) }
}
