import type { DatabaseStatus } from '@whimbrel/core'
import { type Finding, type MigrateError, type Migration, MigrationRunner, refusal } from '@whimbrel/core'
import { checkCurrent, checkNotAhead } from '@whimbrel/version-tracker'
import type { ComposedDatabase } from './compose/compose-database.ts'
import { naming, thrownBy } from './naming.ts'
import type { Product } from './product.ts'

/** Files and records of one database as they were at one moment; looking takes no lock and writes nothing. */
export interface Look {
  readonly database: ComposedDatabase
  readonly status: DatabaseStatus
  /** Migrations for its engine and environment. */
  readonly wanted: readonly Migration[]
}

/** Looks at every selected database. Rejects with the first error, which names its database. */
export async function lookAtAll(product: Product): Promise<readonly Look[]> {
  const looks: Look[] = []
  for (const database of product.selected) looks.push(await lookAt(database, product))
  return looks
}

/** Looks at one database. Rejects with an error that names it. */
export async function lookAt(database: ComposedDatabase, product: Product): Promise<Look> {
  const { driver, tracker, source, name } = database
  const { environment } = product
  const runner = new MigrationRunner({ driver, tracker, source, name, environment })
  const status = await naming(database, product, () => runner.status())
  const skipped = new Set(status.plan.skipped.map(({ id }) => id))
  return { database, status, wanted: status.available.filter(({ id }) => !skipped.has(id)) }
}

/** Throws DATABASE_AHEAD where the application is older than one of its databases. */
export async function refuseOlderApplication(looks: readonly Look[], product: Product): Promise<void> {
  for (const { database, status } of looks) {
    await naming(database, product, () => checkNotAhead(status.applied, status))
  }
}

/** Why an application must not work on a database; undefined where it may. */
export function problemOf({ database, status, wanted }: Look): MigrateError | undefined {
  const { applied } = status
  return (
    thrownBy(() => checkNotAhead(applied, status)) ??
    refusal(status.findings) ??
    thrownBy(() => checkCurrent(applied, { available: wanted.map(nameOf), name: database.name }))
  )
}

/** True where `up` would change nothing and refuse nothing. */
export function isUpToDate({ status }: Look): boolean {
  return status.plan.steps.length === 0 && !status.findings.some(({ blocking }: Finding) => blocking)
}

/** What was edited is a finding already, and in words that say more. */
export function nameOf({ id, version }: Migration): Pick<Migration, 'id' | 'version'> {
  return { id, version }
}
