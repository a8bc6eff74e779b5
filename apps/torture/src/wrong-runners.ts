import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Journal } from './case.ts'
import type { Job, Runner, RunnerName, Said, Tell } from './runner.ts'

/** How a runner differs from one that is right. */
interface Mistake {
  readonly recordsLate?: boolean
  readonly saysFirst?: boolean
  readonly withoutLock?: boolean
  readonly pragmas?: string
}

/**
 * Small runners that work as long as nothing happens, each with one mistake that real runners make. They write into
 * the same tables, so that the same judge looks at them.
 */
export const wrongRunners: Record<Exclude<RunnerName, 'whimbrel'>, Runner> = {
  'records after the commit': (job, tell) => run(job, tell, { recordsLate: true }),
  'journal in memory': (job, tell) => run(job, tell, { pragmas: 'PRAGMA journal_mode = MEMORY' }),
  'synchronous NORMAL': (job, tell) => run(job, tell, { pragmas: 'PRAGMA synchronous = NORMAL' }),
  'synchronous FULL': (job, tell) => run(job, tell, { pragmas: 'PRAGMA synchronous = FULL' }),
  'says done first': (job, tell) => run(job, tell, { saysFirst: true }),
  'no lock': (job, tell) => run(job, tell, { withoutLock: true }),
  'trusts its files': (job, tell) => run(job, tell, {}),
}

async function run(job: Job, tell: Tell, mistake: Mistake): Promise<Said> {
  const done: string[] = []
  try {
    const database = open(job, mistake)
    const pending = pendingOf(job, database)
    if (mistake.saysFirst) tell(pending.map(({ id }) => id))
    // Whoever looks and only then begins has looked too early; here for as long as a slow machine might take.
    if (mistake.withoutLock) await new Promise((resolve) => setTimeout(resolve, 20))
    for (const step of pending) {
      apply(database, step, mistake)
      done.push(step.id)
      if (!mistake.saysFirst) tell([step.id])
    }
    database.close()
    return { exitCode: 0, done }
  } catch (error) {
    const all = mistake.saysFirst ? pendingNames(job) : done
    return {
      exitCode: mistake.saysFirst ? 0 : 1,
      code: 'FAILED',
      message: String(error),
      hint: 'none',
      done: all,
    }
  }
}

function open({ database: path, journal }: Job, { pragmas }: Mistake): Database.Database {
  const database = openTracked(path, journal)
  if (pragmas !== undefined) database.exec(pragmas)
  return database
}

/** Opens a database and makes the tracking tables, as far as the judge looks at them. */
export function openTracked(path: string, journal: Journal): Database.Database {
  const database = new Database(path, { timeout: 2_000 })
  database.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = OFF`)
  database.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '',
    applied_at TEXT NOT NULL DEFAULT '', checksum TEXT NOT NULL DEFAULT '', execution_time_ms INTEGER NOT NULL DEFAULT 0,
    id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'applied', direction TEXT NOT NULL DEFAULT 'up', progress INTEGER);
    CREATE TABLE IF NOT EXISTS schema_migrations_history (sequence INTEGER PRIMARY KEY, version INTEGER NOT NULL DEFAULT 0,
    id TEXT NOT NULL, action TEXT NOT NULL DEFAULT 'up', outcome TEXT NOT NULL)`)
  return database
}

interface Pending {
  readonly id: string
  readonly sql: string
}

function pendingNames({ migrations, to }: Job): string[] {
  return idsIn(migrations).filter((id) => id <= to)
}

function idsIn(migrations: string): string[] {
  const ids = readdirSync(migrations).map((file) => file.replace('.sql', ''))
  return ids.sort()
}

function pendingOf(job: Job, database: Database.Database): readonly Pending[] {
  return unknownOf(database, pendingNames(job)).map((id) => readPending(job.migrations, id))
}

function unknownOf(database: Database.Database, ids: readonly string[]): readonly string[] {
  const known = database.prepare('SELECT id FROM schema_migrations').pluck().all()
  return ids.filter((id) => !known.includes(id))
}

function readPending(migrations: string, id: string): Pending {
  return { id, sql: upOf(readFileSync(join(migrations, `${id}.sql`), 'utf8')) }
}

/** Applies and records what has no record, or what it is told to, in the transaction that is open. Returns how many. */
export function applyPending(
  database: Database.Database,
  migrations: string,
  ids: readonly string[] = unknownOf(database, idsIn(migrations)),
): number {
  for (const id of ids) {
    const step = readPending(migrations, id)
    database.exec(step.sql)
    record(database, id)
  }
  return ids.length
}

function record(database: Database.Database, id: string): void {
  const version = Number(id.slice(0, 3))
  database.prepare('INSERT INTO schema_migrations (version, id) VALUES (?, ?)').run(version, id)
  database.prepare("INSERT INTO schema_migrations_history (id, outcome) VALUES (?, 'applied')").run(id)
}

function upOf(text: string): string {
  return text.split('-- === UP MIGRATION ===')[1]?.split('-- === DOWN MIGRATION ===')[0] ?? ''
}

function apply(
  database: Database.Database,
  { id, sql }: Pending,
  { recordsLate, withoutLock }: Mistake,
): void {
  if (withoutLock) {
    // As so many do: every statement for itself.
    database.exec(sql.replaceAll('CREATE TABLE ', 'CREATE TABLE IF NOT EXISTS '))
    database.prepare("INSERT INTO schema_migrations_history (id, outcome) VALUES (?, 'applied')").run(id)
    database
      .prepare('INSERT OR REPLACE INTO schema_migrations (version, id) VALUES (?, ?)')
      .run(Number(id.slice(0, 3)), id)
    return
  }
  database.exec('BEGIN IMMEDIATE')
  database.exec(sql)
  if (!recordsLate) record(database, id)
  database.exec('COMMIT')
  if (recordsLate) record(database, id)
}
