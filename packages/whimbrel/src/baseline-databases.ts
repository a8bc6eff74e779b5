import {
  type Applied,
  keptSqlOf,
  MigrateError,
  type Migration,
  MigrationRunner,
  resolveId,
} from '@whimbrel/core'
import type { CheckedOptions } from './checked-options.ts'
import { refuseWithoutConsent } from './consent-safeguard.ts'
import { type Look, lookAtAll } from './look.ts'
import { naming } from './naming.ts'
import type { Product } from './product.ts'
import { runnerOf } from './runner-of.ts'

/** One database, and what is to be recorded in it. */
interface Baseline {
  readonly look: Look
  /** Up to and including this one; undefined where nobody asked for this database. */
  readonly newest: Migration | undefined
}

/**
 * Records migrations as applied without running them, each database in one transaction. Where all of them are on record
 * already nothing is done, so that a start can be repeated. Returns ids of what was recorded, by database. All
 * databases are looked at before the first is changed. Throws DATABASE_MISSING, HISTORY_EXISTS, MIGRATION_UNKNOWN.
 */
export async function baselineDatabases(
  product: Product,
  options: CheckedOptions,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const looks = await lookAtAll(product)
  const baselines: Baseline[] = []
  for (const look of looks) {
    baselines.push(await naming(look.database, product, () => baselineOf(look, options)))
  }
  const recorded = new Map<string, readonly string[]>()
  for (const { look, newest } of baselines) {
    const { database } = look
    if (newest === undefined || isOnRecord(look, newest)) continue
    const ids = await naming(database, product, () => record(look, { newest, options }))
    if (ids.length > 0) recorded.set(database.name, ids)
  }
  return recorded
}

function baselineOf(look: Look, { baseline }: CheckedOptions): Baseline {
  const { database, status } = look
  const query = baseline === 'latest' ? status.available.at(-1)?.id : baseline?.[database.name]
  if (query === undefined) return { look, newest: undefined }
  if (!status.exists) throw missing(database.url)
  return { look, newest: resolveId(query, status.available) }
}

function isOnRecord({ status }: Look, newest: Migration): boolean {
  return areRecorded(upTo(status.available, newest), status.applied)
}

function areRecorded(migrations: readonly Migration[], records: readonly Applied[]): boolean {
  const versions = new Set(records.map(({ version }) => version))
  return migrations.every(({ version }) => versions.has(version))
}

function upTo(migrations: readonly Migration[], newest: Migration): readonly Migration[] {
  return migrations.slice(0, migrations.findIndex(({ version }) => version === newest.version) + 1)
}

async function record(
  { database }: Look,
  { newest, options }: { readonly newest: Migration; readonly options: CheckedOptions },
): Promise<readonly string[]> {
  const { driver, tracker, source, lockTimeoutMs } = database
  const { signal } = options
  const runner = new MigrationRunner({
    driver,
    tracker,
    source,
    lockTimeoutMs,
    runner: runnerOf(options),
    ...(signal && { signal }),
  })
  return runner.amend(async ({ session, load, run }) => {
    if (options.consent !== true) await refuseWithoutConsent(database, session)
    const { migrations, scripts } = await load()
    const there = upTo(migrations, newest)
    // Another process may have done the same while this one waited for its lock.
    if (areRecorded(there, await tracker.applied(session))) return []
    const sqlOf = async ({ version }: Migration) => keptSqlOf(await scripts.get(version))
    await tracker.baseline(session, there, { run, sqlOf, reason: `baseline by ${options.application}` })
    return there.map(({ id }) => id)
  })
}

function missing(url: string): MigrateError {
  return new MigrateError('DATABASE_MISSING', `There is no database at ${url}, so it has nothing to record`, {
    hint: 'A baseline is for a database that has its tables already: leave the mode out to make this one',
  })
}
