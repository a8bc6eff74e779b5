import { type Driver, MigrateError } from '@whimbrel/core'
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
  const placed = await placesOf(databases, async ({ runJournal }) => runJournal?.place())
  return [...placed].sort((a, b) => compare(keyOf(a), keyOf(b))).map(({ database }) => database)
}

/** Throws USAGE for one database under two names: each would be migrated, locked and waited for by the other. */
export async function refuseSameDatabase(databases: readonly ReleaseDatabase[]): Promise<void> {
  if (databases.length < 2) return
  const seen = new Map<string, ReleaseDatabase>()
  for (const { database, place } of await placesOf(databases, placeIfReached)) {
    if (place === undefined) continue
    const other = seen.get(place)
    if (other !== undefined) throw sameDatabase(other, database, place)
    seen.set(place, database)
  }
}

/** A database without a journal, which stands alone, has a place all the same. */
function placeIfReached(driver: Driver): Promise<string | undefined> {
  return ifReached(driver.runJournal?.place() ?? driver.place?.() ?? Promise.resolve(undefined))
}

function placesOf(
  databases: readonly ReleaseDatabase[],
  placeOf: (driver: Driver) => Promise<string | undefined>,
): Promise<readonly Placed[]> {
  return Promise.all(databases.map(async (database) => ({ database, place: await placeOf(database.driver) })))
}

/** What has no place, a database in memory for instance, comes last: nobody else can have locked it. */
function keyOf({ database, place }: Placed): string {
  return place === undefined ? `1${database.name}` : `0${place}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const hints: Readonly<Record<string, string>> = {
  sqlite: 'Give each database a file of its own, or remove one of the two',
  postgres:
    'Give each a database of its own, or a schema of its own for its tracking tables; or remove one of the two',
}

function sameDatabase(first: ReleaseDatabase, second: ReleaseDatabase, place: string): MigrateError {
  const { dialect, location } = first.driver
  const where = dialect.name === 'sqlite' ? place : location
  return new MigrateError('USAGE', `${first.name} and ${second.name} are the same database: ${where}`, {
    hint: hints[dialect.name] ?? 'Give each a database of its own, or remove one of the two',
  })
}
