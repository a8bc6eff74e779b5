import {
  compareSchemas,
  type DatabaseSchema,
  type Dialect,
  type Finding,
  type MigrateError,
  type SchemaChange,
  type ScriptRunner,
  type Session,
  type Step,
} from '@whimbrel/core'
import { CycleFindings } from './cycle-findings.ts'
import type { FactualScript } from './factual-script.ts'
import type { KnownProblems } from './known-problems.ts'
import { mayBreak } from './may-break.ts'
import { schemaOf } from './schema-of.ts'
import { type ContentDifference, compareContents, readContent, type TableContent } from './table-content.ts'

/** What a migration is, and what its down has to give back. */
export interface RoundTripWork {
  /** The step that applies it. */
  readonly step: Step
  readonly up: FactualScript
  readonly down: FactualScript
  /** Schema and rows before its up, and the schema after it. */
  readonly before: { readonly schema: DatabaseSchema; readonly contents: readonly TableContent[] }
  readonly after: DatabaseSchema
  /** How many rows were made up since then, by table in lower case. */
  readonly added: ReadonlyMap<string, number>
}

export interface RoundTripOptions {
  readonly session: Session
  readonly dialect: Dialect
  readonly runner: ScriptRunner
  readonly problems: KnownProblems
}

/** What came of taking a migration back and applying it again. */
export interface Outcome {
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
  /** Why a script failed, where one did. */
  readonly error?: MigrateError | undefined
}

/** Takes an applied migration back, compares with what was before, and applies it again. */
export class RoundTrip {
  readonly #options: RoundTripOptions
  #direction: 'down' | 'second up' = 'down'

  constructor(options: RoundTripOptions) {
    this.#options = options
  }

  /** Inside a transaction of the caller. Throws the errors of the scripts. */
  async go(work: RoundTripWork): Promise<Outcome> {
    const { session, dialect, runner } = this.#options
    const { step, up, down, after } = work
    const found = new CycleFindings(step.migration, up.script)
    this.#direction = 'down'
    await runner.inTransaction({ step: { ...step, direction: 'down' }, ...down })
    const outcome = await this.#compare(work, await schemaOf(session))
    if (outcome.findings.length > 0) return outcome
    this.#direction = 'second up'
    await runner.inTransaction({ step, ...up })
    const again = await schemaOf(session)
    return { ...outcome, findings: found.differs(compared(after, again, dialect)) }
  }

  /** The outcome where a script failed. */
  failed({ migration }: Step, error: MigrateError): Outcome {
    return { findings: [new CycleFindings(migration).failed(this.#direction, error)], notes: [], error }
  }

  async #compare(work: RoundTripWork, now: DatabaseSchema): Promise<Outcome> {
    const { session, dialect, problems } = this.#options
    const found = new CycleFindings(work.step.migration, work.down.script)
    const changes = compared(work.before.schema, now, dialect)
    const { facts } = work.down
    const broken = mayBreak(work.before.schema, now, facts) ? await problems.after(facts, session) : []
    const { differences, allowed } = await this.#compareRows(work, { now, changes })
    return {
      findings: [
        ...found.schema(changes, dialect),
        ...differences.map((each) => found.rows(each)),
        ...found.broken('down', broken),
      ],
      notes: allowed.map((each) => found.expectedLoss(each)),
    }
  }

  /** Tables whose schema differs are left out: what is wrong with them is told already. */
  async #compareRows(
    { before, step, added }: RoundTripWork,
    { now, changes }: { now: DatabaseSchema; changes: readonly SchemaChange[] },
  ) {
    const differences: ContentDifference[] = []
    const allowed: ContentDifference[] = []
    const expected = new Set(step.migration.expectLoss.map((name) => name.toLowerCase()))
    const told = new Set(changes.map(({ table }) => table.toLowerCase()))
    for (const content of before.contents) {
      const name = content.table.toLowerCase()
      const table = now.objects.find(
        (object) => object.kind === 'table' && object.name.toLowerCase() === name,
      )
      if (table === undefined || told.has(name)) continue
      const after = await readContent(this.#options.session, table, content)
      const difference = compareContents(content, after)
      if (difference === undefined) continue
      const { lost, changed } = difference
      // Rows that were made up after the up may stay.
      const isFine = difference.added === (added.get(name) ?? 0)
      if (isFine && lost + changed === 0) continue
      if (isFine && expected.has(name)) allowed.push(difference)
      else differences.push(difference)
    }
    return { differences, allowed }
  }
}

function compared(before: DatabaseSchema, after: DatabaseSchema, dialect: Dialect): readonly SchemaChange[] {
  return before === after ? [] : compareSchemas(before, after, dialect)
}
