import { basename, dirname, relative } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import type { JournalDatabase, ReleaseJournal } from '../journal/release-journal.ts'
import { shownEntry } from '../journal/shown-entry.ts'
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
  readonly place: string
}

/** A database that is perhaps to be found; without a place where it cannot be reached. */
export interface KnownPlace {
  readonly database: ReleaseDatabase
  readonly place: string | undefined
}

/**
 * Finds the databases of a run among those that are known: by where they are, or, where all files were moved
 * together, by where they are seen from the one whose journal was found. One that cannot be reached now is known by its
 * name alone, so that whoever goes on says that it cannot be reached. Throws RUN_UNFINISHED where that one is none.
 */
export function matchDatabases(
  journal: ReleaseJournal,
  { known, found }: { readonly known: readonly KnownPlace[]; readonly found: PlacedDatabase },
): readonly MatchedDatabase[] {
  const own = foundEntry(journal, found)
  return journal.databases.map((entry) => {
    if (entry === own) return { entry, database: found.database }
    const isIt = ({ place, database }: KnownPlace) =>
      place === undefined
        ? database.name === entry.name
        : place === entry.place ||
          (isFile(place) && seenFrom(found.place, place) === seenFrom(own.place, entry.place))
    return { entry, database: known.find((each) => each.database !== found.database && isIt(each))?.database }
  })
}

/**
 * The database of a run that is the one beside which its journal was found: by where it is, by its name, or, where it
 * was moved and the manifest calls it by another name, by the name of its file.
 */
export function foundEntry(journal: ReleaseJournal, { database, place }: PlacedDatabase): JournalDatabase {
  const { databases } = journal
  const sameFiles = databases.filter((entry) => basename(entry.place) === basename(place))
  const found =
    databases.find((entry) => entry.place === place) ??
    databases.find((entry) => entry.name === database.name) ??
    (sameFiles.length === 1 ? sameFiles[0] : undefined)
  if (found === undefined) throw ofOthers(journal, { database, place })
  return found
}

/** Places of databases on servers begin with the name of the engine; a letter alone is a drive. */
function isFile(place: string): boolean {
  return !/^[a-z]{2,}:/.test(place)
}

function seenFrom(place: string, other: string): string {
  return relative(dirname(place), other)
}

/** The journal of a run that this database took no part in: the file was renamed, or the journal was put there. */
function ofOthers(
  { runId, startedAt, databases }: ReleaseJournal,
  { database, place }: PlacedDatabase,
): MigrateError {
  const others = databases.map((entry) => shownEntry(entry)).join(', ')
  return new MigrateError(
    'RUN_UNFINISHED',
    `The run journal beside ${database.driver.location} is of a run over ${others}, which began at ${startedAt}: ` +
      `${place} is none of them`,
    {
      hint: 'Give the file the name back that it had and run "whimbrel recover", or leave the databases as they are with "whimbrel recover --forget"',
      details: { runId, database: database.name },
    },
  )
}
