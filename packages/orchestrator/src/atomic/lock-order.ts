import { MigrateError } from '@whimbrel/core'
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

/** Throws USAGE for one file under two names: each would be migrated, locked and waited for by the other. */
export async function refuseSameFile(databases: readonly ReleaseDatabase[]): Promise<void> {
  const names = new Map<string, string>()
  for (const { database, place } of await placesOf(databases)) {
    if (place === undefined) continue
    const other = names.get(place)
    if (other !== undefined) throw sameFile(other, database.name, place)
    names.set(place, database.name)
  }
}

function placesOf(databases: readonly ReleaseDatabase[]): Promise<readonly Placed[]> {
  return Promise.all(
    databases.map(async (database) => ({ database, place: await database.driver.runJournal?.place() })),
  )
}

/** What has no place, a database in memory for instance, comes last: nobody else can have locked it. */
function keyOf({ database, place }: Placed): string {
  return place === undefined ? `1${database.name}` : `0${place}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sameFile(first: string, second: string, place: string): MigrateError {
  return new MigrateError('USAGE', `${first} and ${second} are the same database: ${place}`, {
    hint: 'Give each database a file of its own, or remove one of the two',
  })
}
