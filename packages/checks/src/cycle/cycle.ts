import {
  type DatabaseSchema,
  type Dialect,
  MigrateError,
  ScriptRunner,
  type Session,
  type Step,
  type StopSignal,
} from '@whimbrel/core'
import type { CheckedMigration } from './checked-migration.ts'
import { CycleFindings } from './cycle-findings.ts'
import type { FactualScript } from './factual-script.ts'
import { type AddedRows, addAgain, type FillAfterOptions, fillAfter, nothingAdded } from './fill-after.ts'
import { isAboutValues } from './is-about-values.ts'
import { KnownProblems } from './known-problems.ts'
import { mayBreak } from './may-break.ts'
import { type Outcome, RoundTrip, type RoundTripWork } from './round-trip.ts'
import type { LeftOut } from './runnable-script.ts'
import { schemaOf } from './schema-of.ts'
import type { ScratchPlace } from './scratch-place.ts'
import { readContent, type TableContent } from './table-content.ts'
import { tablesAtRisk } from './tables-at-risk.ts'

export interface CycleOptions {
  readonly place: ScratchPlace
  readonly dialect: Dialect
  readonly signal?: StopSignal | undefined
  /** How many rows are made up for a new table; default 3. */
  readonly rows?: number | undefined
}

/** One migration with its SQL, as far as a scratch database can run it. */
export interface CycleWork {
  /** The step that applies it. */
  readonly step: Step
  readonly up: FactualScript
  /** Absent where it is irreversible. */
  readonly down: FactualScript | undefined
  /** Statements that were left out, as people call them. */
  readonly leftOut: readonly LeftOut[]
}

/** The up of a migration failed. */
export class UpFailed extends Error {
  readonly reason: MigrateError

  constructor(reason: MigrateError) {
    super(reason.message)
    this.reason = reason
  }
}

/**
 * Takes a transaction back whose outcome is known. All of it, and never to a savepoint: after that FTS5 no longer
 * agrees with its own tables when one of them was dropped and created again.
 */
class Unclean extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super('taken back')
    this.outcome = outcome
  }
}

/** Applies, takes back and applies again: one migration after the other in one scratch database. */
export class Cycle {
  /** True as soon as there are rows that no migration wrote. */
  hasMadeRows = false
  readonly #options: CycleOptions
  readonly #problems = new KnownProblems()
  /** The schema now, where it is known. */
  #schema: DatabaseSchema | undefined

  constructor(options: CycleOptions) {
    this.#options = options
  }

  /** Applies a migration. Throws UpFailed. */
  async apply({ step, up }: CycleWork): Promise<void> {
    const { foreignKeys } = step.migration
    this.#schema = undefined
    try {
      await this.#options.place.keep(async (session) => {
        const runner = this.#runnerOf(session)
        await session.transaction(() => runner.inTransaction({ step, ...up }), { foreignKeys })
      })
    } catch (error) {
      throw new UpFailed(failureOf(error))
    }
  }

  /**
   * Checks a migration; afterwards it is applied and its tables have rows. Throws UpFailed. `fillsAll`: every table
   * gets rows, and not only those that the migration made or changed.
   */
  async check(work: CycleWork, { fillsAll }: { fillsAll: boolean }): Promise<CheckedMigration> {
    const { step, up, down, leftOut } = work
    const found = new CycleFindings(step.migration, up.script)
    const before = await this.#before(work)
    await this.apply(work)
    const session = this.#session
    const after = await schemaOf(this.#session)
    const breaks = mayBreak(before.schema, after, up.facts)
    const problems = breaks ? await this.#problems.after(up.facts, this.#session) : []
    const fill = () => this.#fill({ before: before.schema, after, fillsAll })
    const outcome =
      down === undefined
        ? await this.#irreversible(step, fill)
        : await this.#thereAndBack({ step, up, down, before, after, added: new Map() }, fill)
    this.#problems.remember(problems)
    // What did not change is the same object only within one session.
    this.#schema = this.#session === session ? after : undefined
    return {
      id: step.id,
      file: step.migration.file,
      outcome: down === undefined ? 'applied' : 'cycled',
      findings: [...found.broken('up', problems), ...outcome.findings],
      notes: [...new Set([...leftOut.map((each) => found.leftOut(each)), ...outcome.notes])],
    }
  }

  async #before({ step, up, down }: CycleWork): Promise<RoundTripWork['before']> {
    const session = this.#session
    const schema = this.#schema ?? (await schemaOf(session))
    const contents: TableContent[] = []
    if (down === undefined) return { schema, contents }
    const facts = { up: up.facts, down: down.facts }
    const { dialect } = this.#options
    const foreignKeys = step.migration.foreignKeys || dialect.enforcesForeignKeys
    for (const table of tablesAtRisk(schema, facts, { foreignKeys }))
      contents.push(await readContent(session, table))
    return { schema, contents }
  }

  async #irreversible({ migration }: Step, fill: () => Promise<AddedRows>): Promise<Outcome> {
    const added = await this.#session.transaction(fill)
    this.#noteRows(added)
    const { notes } = added
    const findings =
      migration.irreversible === undefined ? [new CycleFindings(migration).reasonMissing()] : []
    return { findings, notes }
  }

  /**
   * With rows in what the migration made or changed, which stay. What these rows alone may have led to is looked at
   * again without them, and that decides.
   */
  async #thereAndBack(work: RoundTripWork, fill: () => Promise<AddedRows>): Promise<Outcome> {
    let added = nothingAdded
    const filled = async () => {
      added = await fill()
      return added
    }
    const first = await this.#roundTrip(work, filled)
    const withNotes = ({ findings, notes }: Outcome) => ({ findings, notes: [...added.notes, ...notes] })
    if (first.findings.length === 0) {
      this.#noteRows(added)
      return withNotes(first)
    }
    const isCertain = added.rows.size === 0 || !mayBeBecauseOfRows(first)
    const plain = isCertain ? first : await this.#roundTrip(work, async () => nothingAdded)
    await this.#options.place.keep(addingAgain(added))
    if (plain.findings.length > 0) return withNotes(plain)
    const { findings, notes } = becauseOfRows(first, work)
    return withNotes({ findings, notes: [...plain.notes, ...notes] })
  }

  /** Down and up again. Where anything is found it is all undone, and the rows that were made up for it, too. */
  async #roundTrip(work: RoundTripWork, fill: () => Promise<AddedRows>): Promise<Outcome> {
    const { dialect, place } = this.#options
    const { session } = place
    const runner = this.#runnerOf(session)
    const { foreignKeys } = work.step.migration
    const trip = new RoundTrip({ session, dialect, runner, problems: this.#problems })
    try {
      return await session.transaction(
        async () => {
          const added = await fill()
          const outcome = await trip.go({ ...work, added: added.rows })
          if (outcome.findings.length > 0) throw new Unclean(outcome)
          // Tables that the migration made went with its down, and with them their rows.
          await addAgain(session, added.made)
          return outcome
        },
        { foreignKeys },
      )
    } catch (error) {
      const outcome = error instanceof Unclean ? error.outcome : trip.failed(work.step, failureOf(error))
      await place.restore()
      return outcome
    }
  }

  async #fill(what: Pick<FillAfterOptions, 'before' | 'after' | 'fillsAll'>): Promise<AddedRows> {
    const { dialect, rows } = this.#options
    const added = await fillAfter({ session: this.#session, dialect, rows, ...what })
    this.hasMadeRows ||= added.rows.size > 0
    return added
  }

  #noteRows(added: AddedRows): void {
    this.#options.place.note(addingAgain(added))
  }

  get #session(): Session {
    return this.#options.place.session
  }

  #runnerOf(session: Session): ScriptRunner {
    const { dialect, signal } = this.#options
    return new ScriptRunner({ dialect, session, signal })
  }
}

function addingAgain({ made, others }: AddedRows): (session: Session) => Promise<void> {
  return (session) => session.transaction(() => addAgain(session, [...made, ...others]))
}

/** A schema that differs does so with and without rows. */
function mayBeBecauseOfRows({ error, findings }: Outcome): boolean {
  return error !== undefined || findings.some(({ code }) => code !== 'DOWN_LEAVES' && code !== 'DOWN_LOSES')
}

/** What went wrong only because of rows that were made up after the up. */
function becauseOfRows({ error, findings }: Outcome, { step, up, down }: RoundTripWork): Outcome {
  const [finding] = findings
  const { script } = finding?.code === 'DOWN_FAILS' ? down : up
  if (error !== undefined && finding !== undefined && isAboutValues(error, script))
    return { findings: [], notes: [new CycleFindings(step.migration).refusesNewRows(finding)] }
  return { findings: findings.filter(({ code }) => code !== 'DOWN_CHANGES_ROWS'), notes: [] }
}

/** The error of a script. What is none is thrown. */
function failureOf(error: unknown): MigrateError {
  if (!MigrateError.is(error) || error.code === 'INTERRUPTED') throw error
  return error
}
