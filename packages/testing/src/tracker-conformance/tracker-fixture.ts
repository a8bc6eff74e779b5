import type { KeptSql, Migration, Session, VersionTracker } from '@whimbrel/core'
import { exampleAttempt } from '../example-migration.ts'

/** How the tracker of a test is called, where trackers have names. */
export interface TrackerName {
  readonly table: string
}

/** An empty database for one test, and the tracker to test in it. */
export interface TrackerFixture {
  readonly tracker: VersionTracker
  /** A session of its own on the database, as another process would have one; closed by `remove`. */
  session(mode: 'read' | 'write'): Promise<Session>
  /** Ends everything that the test opened and removes the database. */
  remove(): Promise<void>
}

export const exampleSql: KeptSql = { up: 'CREATE TABLE birds (id)', down: 'DROP TABLE birds' }

/** What the parts of the suite do with a tracker, each in a transaction as a run has it. */
export interface TrackerHand {
  readonly tracker: VersionTracker
  readonly session: Session
  up(migration: Migration): Promise<void>
  down(migration: Migration): Promise<void>
  fail(migration: Migration, reason: string): Promise<void>
  /** Starts a step that runs outside a transaction. */
  begin(migration: Migration, direction: 'up' | 'down'): Promise<void>
  /** Ends it. */
  finish(migration: Migration, direction: 'up' | 'down'): Promise<void>
  /** Ids of the current records, by order of application. */
  ids(): Promise<readonly string[]>
}

/** A session for writing on a prepared database. */
export async function trackerHand({ tracker, session: open }: TrackerFixture): Promise<TrackerHand> {
  const session = await open('write')
  await session.transaction(() => tracker.prepare(session))
  const finish = (migration: Migration, direction: 'up' | 'down') =>
    session.transaction(() =>
      tracker.finish(session, exampleAttempt(migration, direction), { durationMs: 12.5, sql: exampleSql }),
    )
  return {
    tracker,
    session,
    finish,
    up: (migration) => finish(migration, 'up'),
    down: (migration) => finish(migration, 'down'),
    fail: (migration, reason) =>
      session.transaction(() =>
        tracker.fail(session, exampleAttempt(migration), { durationMs: 7.25, reason }),
      ),
    begin: (migration, direction) =>
      session.transaction(() => tracker.begin(session, exampleAttempt(migration, direction), exampleSql)),
    ids: async () => (await tracker.applied(session)).map(({ id }) => id),
  }
}
