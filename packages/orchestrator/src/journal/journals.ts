import type { RunJournal } from '@whimbrel/core'
import type { ReleaseDatabase } from '../release-database.ts'
import { journalText, parseJournal } from './journal-text.ts'
import type { ReleaseJournal } from './release-journal.ts'

/** A journal that stands beside a database. */
export interface FoundJournal {
  readonly database: ReleaseDatabase
  readonly journal: ReleaseJournal
}

/** The journals beside databases. Throws RUN_JOURNAL_INVALID. */
export async function readJournals(databases: readonly ReleaseDatabase[]): Promise<readonly FoundJournal[]> {
  const found: FoundJournal[] = []
  for (const database of databases) {
    const text = await database.driver.runJournal?.read()
    if (text !== undefined) found.push({ database, journal: parseJournal(text, database.driver.location) })
  }
  return found
}

/**
 * Writes down a decision: beside every other database first, and beside the coordinator last. When this resolves the
 * run is decided; when it rejects it is not, and what was written is gone.
 */
export async function writeDecision(
  journal: ReleaseJournal,
  databases: readonly ReleaseDatabase[],
): Promise<void> {
  const text = journalText(journal)
  const { others, coordinator } = partsOf(journal, databases)
  try {
    for (const each of others) await each.write(text)
    await coordinator?.write(text)
  } catch (error) {
    await removeJournals(journal, databases)
    throw error
  }
}

/** Takes the journals away, that of the coordinator last: the others lead to it for as long as they are there. */
export async function removeJournals(
  journal: ReleaseJournal,
  databases: readonly ReleaseDatabase[],
): Promise<void> {
  const { others, coordinator } = partsOf(journal, databases)
  for (const each of others) await each.remove()
  await coordinator?.remove()
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
