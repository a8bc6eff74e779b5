import { MigrateError } from '../migrate-error.ts'
import type { Applied, HistoryEntry, KeptSql } from '../model/applied.ts'
import type { Metadata, Migration } from '../model/migration.ts'
import type { Session } from './driver.ts'
import type { Attempt, Begun, VersionTracker } from './version-tracker.ts'

/** A tracker whose records live in the process: for tests, and for databases that do too. */
export interface MemoryVersionTracker extends VersionTracker {
  /**
   * The same session, with the records of this tracker following its transactions: undone where they are undone. In
   * any other session they stay.
   */
  follow(session: Session): Session
}

interface MemoryRecord {
  readonly applied: Applied
  readonly sql: KeptSql
}

interface MemoryState {
  /** By order of application. */
  readonly records: readonly MemoryRecord[]
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}

/** Keeps records of one database in memory, by the same rules as a tracker in tables. */
export function memoryVersionTracker(): MemoryVersionTracker {
  return new MemoryTracker()
}

class MemoryTracker implements MemoryVersionTracker {
  readonly tables: readonly string[] = []
  #state: MemoryState = { records: [], history: [] }

  async applied(): Promise<readonly Applied[]> {
    return this.#state.records.map(({ applied }) => applied)
  }

  async history(
    _session: Session,
    { limit = Number.POSITIVE_INFINITY }: { readonly limit?: number } = {},
  ): Promise<readonly HistoryEntry[]> {
    if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit > 0)) {
      throw new MigrateError('USAGE', `${limit} is not a number of history entries`, {
        hint: 'Give a limit that is a whole number from 1',
      })
    }
    return this.#state.history.toReversed().slice(0, limit)
  }

  async kept(_session: Session, version: string): Promise<KeptSql | undefined> {
    return this.#find(version)?.sql
  }

  async prepare(): Promise<void> {}

  async begin(_session: Session, attempt: Attempt, { trace, ...sql }: Begun): Promise<void> {
    const found = this.#expect(attempt)
    const sequence = this.#note(attempt, { outcome: 'started' })
    const { direction } = attempt
    // Before a down the record stays what it is, but for an edited down; an up begins a new one.
    const applied =
      direction === 'down' && found !== undefined
        ? withDown(found.applied, attempt.migration)
        : recordOf(attempt, { sequence, durationMs: 0 })
    const kept = direction === 'down' && found !== undefined ? { ...found.sql, down: sql.down } : sql
    this.#replace(attempt, {
      applied: { ...applied, state: 'in-doubt', direction, progress: 0, trace },
      sql: kept,
    })
  }

  async progress(_session: Session, attempt: Attempt, statements: number, trace?: string): Promise<void> {
    const found = this.#find(attempt.migration.version)
    if (found?.applied.state !== 'in-doubt') throw notThere(attempt.migration)
    this.#replace(attempt, { ...found, applied: { ...found.applied, progress: statements, trace } })
  }

  async finish(
    _session: Session,
    attempt: Attempt,
    { durationMs, sql }: { durationMs: number; sql: KeptSql },
  ): Promise<void> {
    this.#expect(attempt)
    const up = attempt.direction === 'up'
    const sequence = this.#note(attempt, { outcome: up ? 'applied' : 'reverted', durationMs })
    this.#replace(attempt, up ? { applied: recordOf(attempt, { sequence, durationMs }), sql } : undefined)
  }

  async withdraw(_session: Session, attempt: Attempt): Promise<void> {
    const found = this.#find(attempt.migration.version)
    if (found?.applied.state !== 'in-doubt') throw notThere(attempt.migration)
    const { applied, sql } = found
    const back: Applied = { ...applied, state: 'applied', direction: 'up', progress: null, trace: undefined }
    this.#replace(attempt, attempt.direction === 'up' ? undefined : { applied: back, sql })
  }

  async fail(
    _session: Session,
    attempt: Attempt,
    { durationMs, reason }: { durationMs: number; reason: string },
  ): Promise<void> {
    this.#note(attempt, { outcome: 'failed', durationMs, reason })
  }

  follow(session: Session): Session {
    const transaction: Session['transaction'] = async (work, options) => {
      const before = this.#state
      try {
        return await session.transaction(work, options)
      } catch (error) {
        this.#state = before
        throw error
      }
    }
    return {
      capabilities: session.capabilities,
      ...(session.inspector === undefined ? {} : { inspector: session.inspector }),
      ...(session.settler === undefined ? {} : { settler: session.settler }),
      execute: (sql, params) => session.execute(sql, params),
      query: (sql, params) => session.query(sql, params),
      changes: () => session.changes(),
      transaction,
      close: () => session.close(),
    }
  }

  #find(version: string): MemoryRecord | undefined {
    return this.#state.records.find(({ applied }) => applied.version === version)
  }

  /** An up finds no record, or its own in doubt; a down finds one. Throws RECORD_LOST. */
  #expect({ migration, direction }: Attempt): MemoryRecord | undefined {
    const found = this.#find(migration.version)
    if (direction === 'down' && found === undefined) throw notThere(migration)
    if (direction === 'down' || found === undefined) return found
    if (found.applied.state === 'in-doubt' && found.applied.direction === 'up') return found
    throw alreadyThere(migration)
  }

  /** Puts a record in the place of the one before, or only takes that one away. */
  #replace({ migration }: Attempt, record: MemoryRecord | undefined): void {
    const others = this.#state.records.filter(({ applied }) => applied.version !== migration.version)
    const records = record === undefined ? others : [...others, record]
    records.sort((a, b) => a.applied.sequence - b.applied.sequence)
    this.#state = { ...this.#state, records }
  }

  #note(
    { migration, direction, startedAt, run, backup }: Attempt,
    result: { outcome: HistoryEntry['outcome']; durationMs?: number; reason?: string },
  ): number {
    const { records, history } = this.#state
    const sequence = (history.at(-1)?.sequence ?? 0) + 1
    const { id, version } = migration
    const entry: HistoryEntry = {
      sequence,
      id,
      version,
      action: direction,
      startedAt,
      durationMs: 0,
      checksum: direction === 'up' ? migration.checksum : migration.downChecksum,
      reason: null,
      runId: run.runId,
      by: run.by,
      toolVersion: run.toolVersion,
      ...(backup === undefined ? {} : { backup }),
      ...result,
    }
    this.#state = { records, history: [...history, entry] }
    return sequence
  }
}

function recordOf(
  { migration, startedAt, run }: Attempt,
  { sequence, durationMs }: { readonly sequence: number; readonly durationMs: number },
): Applied {
  const { id, version, name, checksum, downChecksum, fingerprint } = migration
  return {
    ...declared(migration),
    id,
    version,
    name,
    sequence,
    state: 'applied',
    direction: 'up',
    progress: null,
    appliedAt: startedAt,
    durationMs,
    checksum,
    downChecksum,
    fingerprint,
    runId: run.runId,
    by: run.by,
    toolVersion: run.toolVersion,
  }
}

/** With the down that is begun: where it was edited, the bytes that were applied are no longer what is kept. */
function withDown(applied: Applied, { downChecksum }: Migration): Applied {
  const fingerprint = downChecksum === applied.downChecksum ? applied.fingerprint : null
  return { ...applied, downChecksum, fingerprint }
}

function declared({ description, author, date, irreversible, engine, ...migration }: Metadata): Metadata {
  const { dependsOn, environments, transactional, foreignKeys, expectLoss } = migration
  const texts = { description, author, date, irreversible, engine }
  return { ...texts, dependsOn, environments, transactional, foreignKeys, expectLoss }
}

function notThere({ id }: Migration): MigrateError {
  return new MigrateError('RECORD_LOST', `There is no record of ${id}, although its step is running now`, {
    hint: 'Use one tracker for one database, from its first migration on',
    details: { migration: id },
  })
}

function alreadyThere({ id }: Migration): MigrateError {
  return new MigrateError('RECORD_LOST', `${id} is recorded already, although its step is only running now`, {
    hint: 'Use one tracker for one database, and plan from its records',
    details: { migration: id },
  })
}
