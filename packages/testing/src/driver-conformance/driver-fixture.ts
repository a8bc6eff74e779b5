import type { Driver, Session, SqlValue } from '@whimbrel/core'
import type { Without } from './driver-case.ts'

/** An empty place for one test, and drivers that lead to it. */
export interface DriverFixture {
  /** A driver of its own at this place, as another process would have one; closed by `remove`. */
  driver(): Driver
  /** A name in the place under which a file may be made; needed where the driver keeps copies of databases. */
  file?(name: string): string
  /** Ends everything that the test opened and removes the place. */
  remove(): Promise<void>
}

/** What differs from engine to engine. */
export interface DriverSql {
  /** Table `birds` with an integer key `id`, a unique text `name` and the further columns `size` and `song`. */
  readonly createBirds: string
  /** Parameter number `index`, from 1: `?` or `$1`. */
  readonly parameter: (index: number) => string
  /** A statement about `birds` that stands alone, for the engine whose statements are settled. */
  readonly alone: string
  /** Why the engine goes without something; what is not declared has to be there, and what is declared must not. */
  readonly without: Without
}

export const defaultSql: DriverSql = {
  createBirds: 'CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size BIGINT, song BLOB)',
  parameter: () => '?',
  alone: '',
  without: {},
}

/** What every part of the suite works with. */
export interface DriverSuite {
  readonly sql: DriverSql
  readonly fixture: () => DriverFixture
}

/** A session for writing on a database that holds the empty table `birds`. */
export async function sessionWithBirds({ fixture, sql }: DriverSuite, driver: Driver = fixture().driver()) {
  const session = await driver.session('write')
  await session.execute(sql.createBirds)
  return { driver, session }
}

export function addBird(session: Session, id: number, name = `bird ${id}`): Promise<void> {
  return session.execute(`INSERT INTO birds (id, name) VALUES (${id}, '${name}')`)
}

export async function birdIds(session: Session): Promise<SqlValue[]> {
  const rows = await session.query<{ id: SqlValue }>('SELECT id FROM birds ORDER BY id')
  return rows.map(({ id }) => id)
}
