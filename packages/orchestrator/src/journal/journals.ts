import { MigrateError, type RunJournal } from '@whimbrel/core'
import type { ReleaseDatabase } from '../release-database.ts'
import { ifReached } from './if-reached.ts'
import { journalText, parseJournal } from './journal-text.ts'
import type { ReleaseJournal } from './release-journal.ts'

/** A journal that stands beside a database. */
export interface FoundJournal {
  readonly database: ReleaseDatabase
  readonly journal: ReleaseJournal
}

/**
 * The journals beside databases, in their order. A database that cannot be reached has none to see: that of any other
 * database of its run leads to it, and whoever wants to change it has to reach it first. Throws RUN_JOURNAL_INVALID.
 */
export async function readJournals(databases: readonly ReleaseDatabase[]): Promise<readonly FoundJournal[]> {
  const texts = await Promise.all(
    databases.map(({ driver: { runJournal } }) => runJournal && ifReached(runJournal.read())),
  )
  return databases.flatMap((database, index) => {
    const text = texts[index]
    return text === undefined ? [] : [{ database, journal: parseJournal(text, database.driver.location) }]
  })
}

/** Does the journal of this run stand beside a database still? Throws RUN_JOURNAL_INVALID. */
export async function isBeside({ runId }: ReleaseJournal, { driver }: ReleaseDatabase): Promise<boolean> {
  const text = await driver.runJournal?.read()
  return text !== undefined && parseJournal(text, driver.location).runId === runId
}

/**
 * Writes down a decision: beside every other database first, and beside the coordinator last. When this resolves the
 * run is decided; when it rejects it is not, and what was written is gone.
 */
export async function writeDecision(
  journal: ReleaseJournal,
  databases: readonly ReleaseDatabase[],
): Promise<void> {
  try {
    await replaceDecision(journal, databases)
  } catch (error) {
    throw await withdrawn(error, { journal, databases })
  }
}

/** Writes another decision over one that stands: when this rejects, one of the two still does. */
export async function replaceDecision(
  journal: ReleaseJournal,
  databases: readonly ReleaseDatabase[],
): Promise<void> {
  const text = journalText(journal)
  const { others, coordinator } = partsOf(journal, databases)
  await coordinator?.write(text, { others })
}

/**
 * Takes the journals away, that of the coordinator last: the others lead to it for as long as they are there. Once this
 * resolves the decision does not come back: a later run must not be undone by an earlier one. What others have decided
 * since stays.
 */
export async function removeJournals(
  journal: ReleaseJournal,
  databases: readonly ReleaseDatabase[],
): Promise<void> {
  const { others, coordinator } = partsOf(journal, databases)
  for (const each of others) if (await mayGo(journal, each)) await each.remove()
  if (coordinator !== undefined && (await mayGo(journal, coordinator)))
    await coordinator.remove({ durable: true })
}

/** The error with which a decision could not be written, once what was written of it is gone: first the decision itself. */
async function withdrawn(
  error: unknown,
  {
    journal,
    databases,
  }: { readonly journal: ReleaseJournal; readonly databases: readonly ReleaseDatabase[] },
): Promise<unknown> {
  const { others, coordinator } = partsOf(journal, databases)
  try {
    await coordinator?.remove({ durable: true })
  } catch {
    return MigrateError.is(error) ? perhapsDecided(error) : error
  }
  // Without the decision they mean nothing, and the next command takes them away.
  for (const each of others) await each.remove().catch(() => undefined)
  return error
}

function perhapsDecided({ code, message, details, cause }: MigrateError): MigrateError {
  return new MigrateError(
    code,
    `${message}; it cannot be removed either, so that the run may count as decided`,
    {
      hint: 'Look at the disk, then run "whimbrel recover": where the run journal is there it finishes the run, otherwise all databases are as they were',
      details,
      cause,
    },
  )
}

/** Where there is none, what a crash has left of writing one goes. */
async function mayGo({ runId }: ReleaseJournal, beside: RunJournal): Promise<boolean> {
  const text = await beside.read()
  try {
    return text === undefined || parseJournal(text, '').runId === runId
  } catch {
    // What nobody can read is not taken away by a run, but by whoever has looked at it.
    return false
  }
}

function partsOf({ coordinator }: ReleaseJournal, databases: readonly ReleaseDatabase[]) {
  const journals = (wanted: (database: ReleaseDatabase) => boolean): RunJournal[] =>
    databases.flatMap((database) =>
      wanted(database) && database.driver.runJournal !== undefined ? [database.driver.runJournal] : [],
    )
  return {
    others: journals(({ name }) => name !== coordinator),
    coordinator: journals(({ name }) => name === coordinator)[0],
  }
}
