import type { Migration, Session } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { exampleAttempt } from '@whimbrel/testing'
import {
  type SqlVersionTracker,
  type SqlVersionTrackerOptions,
  sqlVersionTracker,
} from '@whimbrel/version-tracker'

/** A database in memory with one session for writing, and a tracker that has not touched it yet. */
export interface TrackedDatabase extends AsyncDisposable {
  readonly session: Session
  readonly tracker: SqlVersionTracker
  up(migration: Migration): Promise<void>
  down(migration: Migration): Promise<void>
  begin(migration: Migration, direction?: 'up' | 'down'): Promise<void>
  /** Runs statements as somebody else would. */
  run(...statements: readonly string[]): Promise<void>
  /** Name and SQL of everything in the schema, temporary objects too. */
  schema(): Promise<readonly object[]>
}

export const run = { runId: 'run-2', by: 'grace@example', toolVersion: '1.2.3' }
export const sql = { up: 'CREATE TABLE birds (id)', down: 'DROP TABLE birds' }

export async function trackedDatabase(options: SqlVersionTrackerOptions = {}): Promise<TrackedDatabase> {
  const driver = sqliteDriver({ path: ':memory:' })
  const session = await driver.session('write')
  const tracker = sqlVersionTracker(options)
  const finish = (migration: Migration, direction: 'up' | 'down') =>
    session.transaction(async () => {
      await tracker.prepare(session)
      await tracker.finish(session, exampleAttempt(migration, direction), { durationMs: 12.5, sql })
    })
  return {
    session,
    tracker,
    up: (migration) => finish(migration, 'up'),
    down: (migration) => finish(migration, 'down'),
    begin: (migration, direction = 'up') =>
      session.transaction(async () => {
        await tracker.prepare(session)
        await tracker.begin(session, exampleAttempt(migration, direction), sql)
      }),
    run: async (...statements) => {
      for (const statement of statements) await session.execute(statement)
    },
    schema: () =>
      session.query('SELECT name, sql FROM sqlite_schema UNION ALL SELECT name, sql FROM temp.sqlite_schema'),
    [Symbol.asyncDispose]: () => driver.close(),
  }
}
