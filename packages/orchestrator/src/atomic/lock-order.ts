import { MigrateError } from '@whimbrel/core'
import { ifReached } from '../journal/if-reached.ts'
import type { ReleaseDatabase } from '../release-database.ts'

interface Placed {
  readonly database: ReleaseDatabase
  readonly place: string | undefined
}

/**
 * Databases in the order in which everybody locks them, by where they are: two manifests that name the same ones in
 * another order, or by other names, do not wait for each other in a circle.
 */
export async function lockOrder(databases: readonly ReleaseDatabase[]): Promise<readonly ReleaseDatabase[]> {
  const placed = await placesOf(databases)
  return [...placed].sort((a, b) => compare(keyOf(a), keyOf(b))).map(({ database }) => database)
}

/** Throws USAGE for one database under two names: each would be migrated, locked and waited for by the other. */
export async function refuseSameDatabase(databases: readonly ReleaseDatabase[]): Promise<void> {
  if (databases.length < 2) return
  const seen = new Map<string, ReleaseDatabase>()
  for (const { database, place } of await placesOf(databases, ifReached)) {
    if (place === undefined) continue
    const other = seen.get(place)
    if (other !== undefined) throw sameDatabase(other, database, place)
    seen.set(place, database)
  }
}

function placesOf(
  databases: readonly ReleaseDatabase[],
  asked: (place: Promise<string>) => Promise<string | undefined> = (place) => place,
): Promise<readonly Placed[]> {
  return Promise.all(
    databases.map(async (database) => {
      const { runJournal } = database.driver
      return { database, place: runJournal && (await asked(runJournal.place())) }
    }),
  )
}

/** What has no place, a database in memory for instance, comes last: nobody else can have locked it. */
function keyOf({ database, place }: Placed): string {
  return place === undefined ? `1${database.name}` : `0${place}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sameDatabase(first: ReleaseDatabase, second: ReleaseDatabase, place: string): MigrateError {
  const isFile = first.driver.dialect.name === 'sqlite'
  const where = isFile ? place : first.driver.location
  return new MigrateError('USAGE', `${first.name} and ${second.name} are the same database: ${where}`, {
    hint: isFile
      ? 'Give each database a file of its own, or remove one of the two'
      : 'Give each a database of its own, or a schema of its own for its tracking tables; or remove one of the two',
  })
}
