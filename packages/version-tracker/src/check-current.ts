import { type Applied, compareVersions, MigrateError, type Migration, waysOut } from '@whimbrel/core'

/** A migration that an application brings along: its checksum is compared where it is known. */
export interface AvailableMigration extends Pick<Migration, 'id' | 'version'> {
  readonly checksum?: string | undefined
  readonly fingerprint?: string | undefined
}

type Versioned = Pick<Migration, 'id' | 'version'>

/** What an application brings along. */
export interface Application {
  /** Its migrations for the engine and the environment of the database. */
  readonly available: readonly AvailableMigration[]
  /** Name of the database in the manifest, for the hints. */
  readonly name?: string | undefined
}

/**
 * Throws the first reason why an application must not start on a database with these records: IN_DOUBT,
 * CHECKSUM_CHANGED, DATABASE_AHEAD or PENDING.
 */
export function checkCurrent(records: readonly Applied[], { available, name }: Application): void {
  const doubtful = records.find(({ state }) => state === 'in-doubt')
  if (doubtful !== undefined) throw inDoubt(doubtful)
  const byVersion = new Map(available.map((migration) => [migration.version, migration]))
  for (const record of records) {
    const migration = byVersion.get(record.version)
    if (migration !== undefined && isChanged(migration, record)) throw checksumChanged(migration, record)
  }
  checkNotAhead(records, { available })
  const pending = withoutRecord(available, records)
  if (pending.length > 0) throw isPending(pending, name)
}

/**
 * Throws DATABASE_AHEAD where a record is newer than all that an application has: the application is older than the
 * database.
 */
export function checkNotAhead(
  records: readonly Applied[],
  { available }: { readonly available: readonly Pick<Migration, 'id' | 'version'>[] },
): void {
  const newest = newestOf(available)
  const newestRecord = newestOf(records)
  if (newestRecord !== undefined && isNewer(newestRecord, newest)) throw databaseAhead(newestRecord, newest)
}

/** Those of the given migrations that have no record. */
export function withoutRecord<M extends AvailableMigration>(
  available: readonly M[],
  records: readonly Applied[],
): readonly M[] {
  const versions = new Set(records.map(({ version }) => version))
  return available.filter(({ version }) => !versions.has(version))
}

/** Imported checksums cannot be compared. */
function isChanged(migration: AvailableMigration, record: Applied): boolean {
  if (migration.fingerprint !== undefined && migration.fingerprint === record.fingerprint) return false
  if (migration.checksum === undefined || !record.checksum.startsWith('sha256:')) return false
  return migration.checksum !== record.checksum
}

function newestOf<M extends Versioned>(migrations: readonly M[]): M | undefined {
  return migrations.reduce<M | undefined>(
    (newest, migration) => (isNewer(migration, newest) ? migration : newest),
    undefined,
  )
}

function isNewer(migration: Versioned, than: Versioned | undefined): boolean {
  return than === undefined || compareVersions(migration.version, than.version) > 0
}

function inDoubt({ id, direction }: Applied): MigrateError {
  return new MigrateError(
    'IN_DOUBT',
    `${id} is in doubt: its ${direction} began and is not known to have finished`,
    {
      hint: waysOut({ id, direction }),
      details: { migration: id },
    },
  )
}

function checksumChanged({ id, checksum }: AvailableMigration, record: Applied): MigrateError {
  return new MigrateError(
    'CHECKSUM_CHANGED',
    `${id} of this application is not what the database has applied (stored ${record.checksum}, now ${checksum})`,
    {
      hint: `Restore the migration as it was, or run "whimbrel accept ${id} --reason …" if the difference is meant`,
      details: { migration: id, stored: record.checksum, current: checksum },
    },
  )
}

function databaseAhead(record: Applied, newest: Pick<Migration, 'id'> | undefined): MigrateError {
  const known =
    newest === undefined ? 'this application knows no migration' : `this application only knows ${newest.id}`
  return new MigrateError(
    'DATABASE_AHEAD',
    `The database is at ${record.id}, ${known}: the application is older`,
    {
      hint: `Start a version of the application that has ${record.id}, or roll the database back from one that has it`,
      details: { migration: record.id, database: record.id, application: newest?.id ?? null },
    },
  )
}

function isPending(pending: readonly AvailableMigration[], name: string | undefined): MigrateError {
  const ids = pending.map(({ id }) => id)
  const list = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ')
  const what = ids.length === 1 ? 'One migration is' : `${ids.length} migrations are`
  return new MigrateError('PENDING', `${what} pending: ${list}`, {
    hint: `Run "whimbrel up${name === undefined ? '' : ` --db ${name}`}", then start the application again`,
    details: { migration: ids[0], pending: ids },
  })
}
