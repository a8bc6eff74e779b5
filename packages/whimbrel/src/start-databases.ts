import { currentId, MigrateError } from '@whimbrel/core'
import type { ReleaseReport } from '@whimbrel/orchestrator'
import { baselineDatabases } from './baseline-databases.ts'
import type { CheckedOptions } from './checked-options.ts'
import { isUpToDate, type Look, lookAtAll, problemOf, refuseOlderApplication } from './look.ts'
import { named } from './naming.ts'
import type { Product } from './product.ts'
import { ProductRunner } from './product-runner.ts'
import type { DatabaseStart, StartReport } from './start-report.ts'
import { unfinishedRun } from './unfinished-run.ts'

/** What was done, and what the databases looked like before. */
export interface Started {
  readonly report: StartReport
  /** One for each selected database. */
  readonly looks: readonly Look[]
  /** The looks said already that nothing was to be done, and nothing was. */
  readonly isCurrent: boolean
}

/**
 * Brings the selected databases of a product to where an application needs them, in its mode. No session and no lock is
 * left when it resolves or rejects; an error names its database and, where there is one, its migration.
 */
export async function startDatabases(product: Product, options: CheckedOptions): Promise<Started> {
  try {
    const runner = new ProductRunner(product, options)
    const looks = await lookAtAll(product)
    await refuseOlderApplication(looks, product)
    const report = await carriedOut(looks, { product, runner, options })
    const isCurrent = options.mode === 'check' || (options.mode === 'migrate' && report.release === undefined)
    return { report, looks, isCurrent }
  } finally {
    await Promise.allSettled(product.all.map(({ driver }) => driver.close()))
  }
}

interface Start {
  readonly product: Product
  readonly runner: ProductRunner
  readonly options: CheckedOptions
}

function carriedOut(looks: readonly Look[], start: Start): Promise<StartReport> {
  const { mode } = start.options
  if (mode === 'check') return checked(looks, start)
  return mode === 'baseline' ? baselined(looks, start) : migrated(looks, start)
}

/** A run is only begun where there is something to do: what is up to date costs one look. */
async function migrated(looks: readonly Look[], { runner }: Start): Promise<StartReport> {
  if ((await runner.unfinished()) === undefined && looks.every(isUpToDate)) {
    return { mode: 'migrate', databases: looks.map((look) => startOf(look, 'up-to-date')), recovered: [] }
  }
  const release = await runner.up()
  return {
    mode: 'migrate',
    databases: looks.map((look) => releasedOf(look, release)),
    recovered: release.recovered,
    release,
  }
}

async function checked(looks: readonly Look[], { product, runner }: Start): Promise<StartReport> {
  const unfinished = await runner.unfinished()
  if (unfinished !== undefined) throw unfinishedRun(unfinished)
  const problems = looks.flatMap((look) => {
    const problem = problemOf(look)
    return problem === undefined ? [] : [named(problem, { ...look.database, of: product.all.length })]
  })
  const [first] = problems
  if (first !== undefined) throw withAll(first, problems)
  return { mode: 'check', databases: looks.map((look) => startOf(look, 'looked-at')), recovered: [] }
}

async function baselined(before: readonly Look[], { product, runner, options }: Start): Promise<StartReport> {
  const recovered = await runner.recover()
  const recorded = await baselineDatabases(product, options)
  const looks = await lookAtAll(product)
  const databases = looks.map((look, index): DatabaseStart => {
    const migrations = recorded.get(look.database.name)
    const outcome = migrations === undefined ? 'looked-at' : 'baselined'
    const from = before[index]
    return {
      ...startOf(look, outcome),
      before: from === undefined ? null : currentOf(from),
      migrations: migrations ?? [],
    }
  })
  return { mode: 'baseline', databases, recovered }
}

/** What a look tells of a database that was not changed. */
function startOf(look: Look, outcome: DatabaseStart['outcome']): DatabaseStart {
  const { database, status } = look
  const { name, url, table } = database
  const current = currentOf(look)
  const pending = status.plan.steps.map(({ id }) => id)
  const { findings } = status
  return { name, url, table, outcome, before: current, after: current, migrations: [], pending, findings }
}

function releasedOf(look: Look, { databases }: ReleaseReport): DatabaseStart {
  const report = databases.find(({ database }) => database === look.database.name)?.report
  if (report === undefined) return startOf(look, 'up-to-date')
  const { before, after, findings, steps, backup } = report
  const migrations = steps.filter(({ outcome }) => outcome === 'applied').map(({ id }) => id)
  return {
    ...startOf(look, migrations.length > 0 ? 'migrated' : 'up-to-date'),
    before,
    after,
    migrations,
    pending: [],
    findings,
    ...(backup !== undefined && { backup }),
  }
}

function currentOf({ status }: Look): string | null {
  return currentId(status.applied)
}

function withAll(first: MigrateError, problems: readonly MigrateError[]): MigrateError {
  const { code, message, details, cause } = first
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more of the databases)` : ''
  const arePending = problems.length > 1 && problems.every((problem) => problem.code === 'PENDING')
  const hint = arePending ? 'Run "whimbrel up", then start the application again' : first.hint
  return new MigrateError(code, message + rest, { hint, details: { ...details, problems }, cause })
}
