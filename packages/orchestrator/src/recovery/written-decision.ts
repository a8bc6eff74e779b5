import { ifReached } from '../journal/if-reached.ts'
import { parseJournal } from '../journal/journal-text.ts'
import type { JournalDatabase, ReleaseJournal } from '../journal/release-journal.ts'
import { foundEntry, type MatchedDatabase, type PlacedDatabase } from './matching.ts'

interface Interrupted {
  readonly journal: ReleaseJournal
  readonly matched: readonly MatchedDatabase[]
  readonly found: PlacedDatabase
}

/** What stands beside the coordinator of a run. */
export interface WrittenDecision {
  readonly coordinator: JournalDatabase
  /** False where the coordinator is of another engine or on another server, and not in this manifest. */
  readonly isKnown: boolean
  /** Undefined where nothing had been decided. */
  readonly decision?: ReleaseJournal['decision'] | undefined
}

/** Reads the decision where it stands: beside the coordinator, by its own driver or through that of a known database. */
export async function writtenDecision({ journal, matched, found }: Interrupted): Promise<WrittenDecision> {
  const { entry, database } = matched.find(
    (each) => each.entry.name === journal.coordinator,
  ) as MatchedDatabase
  const read = async () => {
    if (database !== undefined) return { text: await database.driver.runJournal?.read() }
    const { place: from } = foundEntry(journal, found)
    const beside = async () => ({
      text: await found.database.driver.runJournal?.readOther({ place: entry.place, from }),
    })
    return ifReached(beside())
  }
  const seen = await read()
  if (seen === undefined) return { coordinator: entry, isKnown: false }
  const written =
    seen.text === undefined ? undefined : parseJournal(seen.text, database?.driver.location ?? entry.name)
  const decision = written?.runId === journal.runId ? written.decision : undefined
  return { coordinator: entry, isKnown: true, decision }
}
