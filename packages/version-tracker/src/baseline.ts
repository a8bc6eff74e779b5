import {
  type Applied,
  compareVersions,
  type KeptSql,
  MigrateError,
  type Migration,
  type RunIdentity,
  type Session,
  usage,
} from '@whimbrel/core'
import { type FoundTables, look } from './look.ts'
import { metadataToJson } from './metadata-json.ts'
import { completeTable, prepareTables } from './prepare-tables.ts'
import { readRecords } from './read-records.ts'
import { alreadyThere, notThere } from './record-lost.ts'
import { appendHistory, recordValues, type TrackerTables, versionValue } from './write-record.ts'
import { upsertRecord, writtenRows } from './written-rows.ts'

/** Who says it, and why. */
export interface Decision {
  readonly run: RunIdentity
  readonly reason?: string | undefined
  /** SQL of a migration, kept for a rollback without its file; where absent, none is kept. */
  readonly sqlOf?: ((migration: Migration) => Promise<KeptSql>) | undefined
}

/**
 * Records migrations as applied without running them, in the order given. A plain five-column table is adopted with
 * its rows: they keep their time, duration and checksum, also those that no migration is given for. Throws
 * HISTORY_EXISTS where anything is recorded already, USAGE without a migration.
 */
export async function baseline(
  session: Session,
  tables: TrackerTables,
  { migrations, ...decision }: Decision & { readonly migrations: readonly Migration[] },
): Promise<void> {
  if (migrations.length === 0) throw nothingToRecord()
  const found = await look(session, tables, { adopt: true })
  const rows = await existingRows(session, tables, found)
  if (found.records.shape === 'plain') {
    await completeTable(session, tables, { part: 'records', found: found.records })
    await completeTable(session, tables, { part: 'history', found: found.history })
  } else {
    await prepareTables(session, tables, found)
  }
  for (const entry of merge(migrations, rows)) await record(session, tables, { ...entry, ...decision })
}

/** Rows of a plain table. Throws HISTORY_EXISTS for anything that this tool recorded. */
async function existingRows(
  session: Session,
  tables: TrackerTables,
  found: FoundTables,
): Promise<readonly Applied[]> {
  const { records, history } = found
  const rows = records.shape === 'none' ? [] : await readRecords(session, tables.statements, records.columns)
  if (history.shape !== 'none') {
    const [row] = await session.query<{ count: number }>(tables.statements.countHistory)
    if ((row?.count ?? 0) > 0) throw historyExists(tables.history, rows)
  }
  if (records.shape !== 'plain' && rows.length > 0) throw historyExists(tables.records, rows)
  return rows
}

/** What becomes a record: a migration, a row of a plain table, or the two as one. */
interface Entry {
  readonly migration: Migration | undefined
  readonly row: Applied | undefined
}

/** Migrations in their order; a row without a migration before the first migration of a later version. */
function merge(migrations: readonly Migration[], rows: readonly Applied[]): readonly Entry[] {
  const known = new Set(migrations.map(({ version }) => version))
  const byVersion = new Map(rows.map((row) => [row.version, row]))
  const alone = rows.filter(({ version }) => !known.has(version))
  const entries: Entry[] = []
  for (const migration of migrations) {
    while (alone[0] !== undefined && compareVersions(alone[0].version, migration.version) < 0) {
      entries.push({ migration: undefined, row: alone.shift() })
    }
    entries.push({ migration, row: byVersion.get(migration.version) })
  }
  return [...entries, ...alone.map((row) => ({ migration: undefined, row }))]
}

async function record(
  session: Session,
  tables: TrackerTables,
  { migration, row, run, reason, sqlOf }: Entry & Decision,
): Promise<void> {
  const subject = migration ?? row
  if (subject === undefined) return
  const startedAt = new Date().toISOString()
  const { checksum } = row ?? subject
  const sequence = await appendHistory(session, tables, {
    migration: subject,
    action: 'baseline',
    outcome: 'recorded',
    startedAt,
    checksum,
    reason: reason ?? null,
    run,
  })
  const { statements } = tables
  if (row !== undefined) {
    const { name, id, version, downChecksum } = subject
    const values = [
      name,
      id,
      sequence,
      row.appliedAt,
      downChecksum,
      metadataToJson(subject),
      versionValue(version),
    ]
    const adopted = await writtenRows(session, tables, { sql: statements.adoptRecord, values })
    if (adopted !== 1) throw notThere(subject, tables.records)
  } else if (migration !== undefined) {
    const attempt = { migration, direction: 'up', startedAt, run } as const
    const sql = (await sqlOf?.(migration)) ?? null
    const values = recordValues(attempt, { sequence, state: 'applied', durationMs: 0, sql })
    const written = await upsertRecord(session, tables, { values, isNew: true })
    if (written !== 1) throw alreadyThere(migration, tables.records)
  }
}

function nothingToRecord(): MigrateError {
  return usage(
    'There is no migration to record as applied',
    'Give the migrations that the database already has',
  )
}

function historyExists(table: string, rows: readonly Applied[]): MigrateError {
  const newest = rows.at(-1)?.id
  const upTo = newest === undefined ? '' : ` up to ${newest}`
  return new MigrateError(
    'HISTORY_EXISTS',
    `"${table}" already records what happened to this database${upTo}`,
    {
      hint: 'A baseline is for a database without records: run "whimbrel status" to see what is applied, and "whimbrel up" for the rest',
      details: { table, newest },
    },
  )
}
