import { dirname, relative } from 'node:path'
import type { JournalDatabase, ReleaseJournal } from '../journal/release-journal.ts'
import type { ReleaseDatabase } from '../release-database.ts'

/** A database of an interrupted run, and which one it is here. */
export interface MatchedDatabase {
  readonly entry: JournalDatabase
  /** Undefined where nobody here knows it. */
  readonly database: ReleaseDatabase | undefined
}

/** A database, and where it is now. */
export interface PlacedDatabase {
  readonly database: ReleaseDatabase
  readonly place: string | null
}

/**
 * Finds the databases of a run among those that are known: by where they are, or, where all of them were moved
 * together, by where they are seen from the one whose journal was found.
 */
export function matchDatabases(
  { databases }: ReleaseJournal,
  { known, found }: { readonly known: readonly PlacedDatabase[]; readonly found: PlacedDatabase },
): readonly MatchedDatabase[] {
  const foundEntry =
    databases.find(({ place }) => place !== null && place === found.place) ??
    databases.find(({ name }) => name === found.database.name)
  return databases.map((entry) => {
    if (entry === foundEntry) return { entry, database: found.database }
    const database = known.find(({ place }) =>
      isSame(entry.place, place, { before: foundEntry?.place, now: found.place }),
    )
    return { entry, database: database?.database }
  })
}

function isSame(
  then: string | null,
  now: string | null,
  from: { readonly before: string | null | undefined; readonly now: string | null },
): boolean {
  if (then === null || now === null) return false
  if (then === now) return true
  if (from.before == null || from.now === null || from.before === from.now) return false
  return relative(dirname(from.before), then) === relative(dirname(from.now), now)
}
