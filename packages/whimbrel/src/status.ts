import { currentId, type Finding, MigrateError } from '@whimbrel/core'
import { checkedPlace } from './checked-options.ts'
import type { ComposedDatabase } from './compose/compose-database.ts'
import { type Look, lookAt, problemOf } from './look.ts'
import { type Product, readProduct } from './product.ts'
import { ProductRunner } from './product-runner.ts'
import type { DatabasesOptions } from './start-options.ts'
import { unfinishedRun } from './unfinished-run.ts'

/** Where one database stands. */
export interface DatabaseStanding {
  readonly name: string
  /** As shown to people: no password. */
  readonly url: string
  /** Name of the tracking table. */
  readonly table: string
  readonly exists: boolean
  /** Id of the newest applied migration, null where there is none. */
  readonly current: string | null
  /** Ids of what is applied, in the order of application, and of what is not. */
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  readonly findings: readonly Finding[]
  /** Why an application must not work on it; absent where it may. */
  readonly problem?: MigrateError
}

/**
 * Where the databases of an application stand, looked at anew: for a health route, for instance. Takes no lock and writes
 * nothing; a database that cannot be read has that as its problem and hides no other.
 *
 * @throws USAGE, DATABASE_UNKNOWN, and the codes of a manifest
 */
export async function status<const Known extends string = string, const Name extends Known = Known>(
  options: DatabasesOptions<Name, Known> = {},
): Promise<readonly DatabaseStanding[]> {
  const checked = checkedPlace('status', options as DatabasesOptions)
  const product = await readProduct(checked)
  const interrupted = await interruptionOf(new ProductRunner(product, checked))
  return Promise.all(product.selected.map((database) => standingOf(database, { product, interrupted })))
}

/** Why databases must wait for the end of a run, and which: all of them where its journal cannot be read. */
interface Interruption {
  readonly problem: MigrateError
  readonly databases?: readonly string[]
}

async function interruptionOf(runner: ProductRunner): Promise<Interruption | undefined> {
  try {
    const unfinished = await runner.unfinished()
    if (unfinished === undefined) return undefined
    return { problem: unfinishedRun(unfinished), databases: unfinished.databases }
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    return { problem: error }
  }
}

async function standingOf(
  database: ComposedDatabase,
  { product, interrupted }: { readonly product: Product; readonly interrupted: Interruption | undefined },
): Promise<DatabaseStanding> {
  const { problem, databases = [database.name] } = interrupted ?? {}
  try {
    const standing = seen(await lookAt(database, product))
    return problem !== undefined && databases.includes(database.name) ? { ...standing, problem } : standing
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    return unseen(database, error)
  } finally {
    await database.driver.close()
  }
}

function seen(look: Look): DatabaseStanding {
  const { database, status: found } = look
  const { name, url, table } = database
  const { applied, exists, plan, findings } = found
  const problem = problemOf(look)
  return {
    name,
    url,
    table,
    exists,
    current: currentId(applied),
    applied: applied.filter(({ state }) => state === 'applied').map(({ id }) => id),
    pending: plan.steps.map(({ id }) => id),
    findings,
    ...(problem && { problem }),
  }
}

function unseen({ name, url, table }: ComposedDatabase, problem: MigrateError): DatabaseStanding {
  return { name, url, table, exists: true, current: null, applied: [], pending: [], findings: [], problem }
}
