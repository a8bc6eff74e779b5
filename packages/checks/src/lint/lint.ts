import {
  type DatabaseSchema,
  type Dialect,
  type Driver,
  loadMigrations,
  MigrateError,
  type Migration,
  type MigrationState,
  plan,
  refuseProblems,
  type Session,
  type Source,
  type VersionTracker,
} from '@whimbrel/core'
import { applyIgnores } from './apply-ignores.ts'
import { Copies } from './copies.ts'
import { engineRules } from './engine-rules.ts'
import { findForeignSyntax } from './foreign-syntax.ts'
import { Judge } from './judge.ts'
import type { LintFinding } from './lint-finding.ts'
import { lintIgnores } from './lint-ignores.ts'
import { type LiveDatabase, liveFacts, openLiveDatabase } from './live-database.ts'
import { ProblemLedger } from './problem-ledger.ts'
import { Rehearsal } from './rehearsal.ts'
import type { Rehearsed } from './rehearsed-migration.ts'
import { type SchemaProblem, schemaProblems } from './schema-problems.ts'
import { serverProblems } from './server-problems.ts'

export interface LintOptions {
  readonly driver: Driver
  readonly tracker: Pick<VersionTracker, 'applied' | 'tables'>
  readonly source: Source
  /** Environment, for migrations that are only for some. */
  readonly environment?: string | undefined
  /** Migrations of the other databases, for dependencies on them. */
  readonly others?: MigrationState['others']
  /** Look at every migration, from an empty database on, instead of those that are pending. */
  readonly all?: boolean | undefined
}

export interface LintReport {
  /** Ids of the migrations that were looked at, in the order in which they would run. */
  readonly linted: readonly string[]
  /** What was found, in that order. */
  readonly findings: readonly LintFinding[]
  /** How many findings a comment in the file lets through. */
  readonly ignored: number
}

/**
 * Carries the pending migrations out on a copy of the schema in memory, with rows made up for it, and reports what
 * would fail, lose data or surprise. The database is only read; where there is none, every migration is carried out
 * on nothing. Throws for files that cannot be read, like a run does, and ENGINE_UNSUPPORTED.
 */
export async function lint(options: LintOptions): Promise<LintReport> {
  const live = await openLiveDatabase(options.driver, options.tracker)
  try {
    return await new Lint(options, live).run()
  } finally {
    await live?.close()
  }
}

const nothing: DatabaseSchema = { objects: [] }
type Loaded = Awaited<ReturnType<typeof loadMigrations>>

class Lint {
  readonly #options: LintOptions
  readonly #live: LiveDatabase | undefined
  /** Undefined where the migrations begin with an empty database. */
  readonly #base: LiveDatabase | undefined

  constructor(options: LintOptions, live: LiveDatabase | undefined) {
    this.#options = options
    this.#live = live
    this.#base = options.all === true ? undefined : live
  }

  async run(): Promise<LintReport> {
    const { driver, tracker, source } = this.#options
    const loaded = await loadMigrations(source, {
      dialect: driver.dialect,
      applied: this.#base?.applied ?? [],
      protectedTables: tracker.tables,
    })
    const foreign = driver.dialect.name === 'sqlite' ? loaded.problems.flatMap(findForeignSyntax) : []
    if (foreign.length < loaded.problems.length) refuseProblems(loaded.problems)
    const pending = this.#pending(loaded, foreign)
    const schema = this.#base?.schema ?? nothing
    const copies = await this.#copies(schema)
    try {
      return await this.#rehearse(pending, { loaded, copies, schema, foreign })
    } finally {
      await copies.close()
    }
  }

  /** In the order in which they would run, and only those in front of a file that cannot be read. */
  #pending({ migrations }: Loaded, foreign: readonly LintFinding[]): readonly Migration[] {
    const { driver, environment, others } = this.#options
    const state = { available: migrations, applied: this.#base?.applied ?? [], others }
    const engine = driver.dialect.name
    const { steps } = plan(state, { direction: 'up', allowOutOfOrder: true, environment, engine })
    const pending = steps.map(({ migration }) => migration)
    const unreadable = foreign.map(({ migration }) => migration).sort(byNumber)[0]
    if (unreadable === undefined) return pending
    const end = pending.findIndex(({ id }) => byNumber(id, unreadable) > 0)
    return end === -1 ? pending : pending.slice(0, end)
  }

  #copies(schema: DatabaseSchema): Promise<Copies> {
    const { driver } = this.#options
    const scratch = driver.scratch?.bind(driver)
    if (scratch === undefined || engineRules(driver.dialect) === undefined)
      throw unsupported(driver.dialect.name)
    return Copies.open(scratch, driver.dialect, schema)
  }

  async #rehearse(
    pending: readonly Migration[],
    context: {
      readonly loaded: Loaded
      readonly copies: Copies
      readonly schema: DatabaseSchema
      readonly foreign: readonly LintFinding[]
    },
  ): Promise<LintReport> {
    const { loaded, copies, schema } = context
    const { dialect } = this.#options.driver
    const rehearsal = new Rehearsal({ copies, dialect, schema })
    const ledger = new ProblemLedger(await problemsOf(copies.bare, { schema, dialect }))
    const rules = engineRules(dialect) ?? []
    const judge = new Judge(rules)
    const codes = rules.map(({ code }) => code)
    const found: LintFinding[] = []
    const ignores = new Map<string, ReturnType<typeof lintIgnores>>()
    for (const migration of pending) {
      const { up, remarks } = await loaded.scripts.get(migration.version)
      const rehearsed = await rehearsal.run(migration, up)
      const { statements } = rehearsed
      const complete = { ...rehearsed, ...(await liveFacts(rehearsed, this.#live)) }
      found.push(...judge.migration(complete))
      const touched = touchedObjects(rehearsed)
      ledger.note(
        complete,
        await problemsOf(copies.bare, { schema: rehearsed.after, dialect, names: touched }),
        touched,
      )
      ignores.set(migration.id, lintIgnores(remarks, { statements, codes }))
    }
    found.push(...judge.problems(ledger.open))
    const { findings, ignored } = applyIgnores(pending, { found, ignores })
    return { linted: pending.map(({ id }) => id), findings: [...findings, ...context.foreign], ignored }
  }
}

/** What is broken of the schema of a copy; of objects that have or mention one of the names, where some are given. */
function problemsOf(
  session: Session,
  { schema, dialect, names }: { schema: DatabaseSchema; dialect: Dialect; names?: ReadonlySet<string> },
): Promise<readonly SchemaProblem[]> {
  return dialect.name === 'sqlite' ? schemaProblems(session, schema, names) : serverProblems(session, names)
}

/** Names that a migration uses for objects before, behind or in the middle of it, in lower case; none where it changes no schema. */
function touchedObjects({ statements, before, after }: Rehearsed): ReadonlySet<string> {
  if (before === after) return new Set()
  const words = new Set(statements.flatMap(({ tokens }) => tokens.map(({ value }) => value.toLowerCase())))
  const names = [...before.objects, ...after.objects].map(({ name }) => name.toLowerCase())
  const passing = statements.flatMap(({ action }) =>
    action.does === 'rename-table' ? [action.to.toLowerCase()] : [],
  )
  return new Set([...names.filter((name) => words.has(name)), ...passing])
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

function unsupported(engine: string): MigrateError {
  return new MigrateError('ENGINE_UNSUPPORTED', `There are no lint rules for ${engine}`, {
    hint: 'Run lint on the other databases: name them with --db',
    details: { engine },
  })
}
