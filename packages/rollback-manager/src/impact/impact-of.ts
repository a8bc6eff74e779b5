import {
  type DatabaseSchema,
  type Driver,
  type Inspector,
  MigrateError,
  type Plan,
  type Script,
  type Session,
  type Step,
  scriptFacts,
  withoutTables,
} from '@whimbrel/core'
import { mayDestroy } from '../may-destroy.ts'
import { Dependents } from './dependents.ts'
import { isDerivedTable } from './derived-table.ts'
import type { Impact, LostColumn, LostTable, StepImpact } from './impact.ts'
import { lockEstimate } from './lock-estimate.ts'
import { Rehearsal, type Rehearsed } from './rehearsal.ts'
import type { ColumnLoss, TableLoss } from './schema-trace.ts'

/** What is needed to find out what a plan would take away. */
export interface ImpactContext {
  readonly driver: Driver
  /** Of the live database, undefined where there is none yet: then there is nothing to lose. */
  readonly session: Session | undefined
  /** Tables of the version tracker: nobody's data. */
  readonly trackingTables: readonly string[]
  /** The SQL that a step will run. */
  readonly scriptOf: (step: Step) => Promise<Script>
}

/** An impact, with the names that things have when their step begins. */
export interface DetailedImpact extends Impact {
  readonly losses: ReadonlyMap<Step, Rehearsed>
}

/**
 * Finds out what a plan would take away: its schema statements are run on a scratch database with the schema of the live
 * one, and what is gone after each step is counted in the live one. A plan without a word that destroys costs a look at
 * its text. Needs a driver with the scratch role and an inspector; without them nothing is found.
 */
export async function impactOf(plan: Plan, context: ImpactContext): Promise<Impact> {
  const { steps } = await detailedImpactOf(plan, context)
  return { steps }
}

/** The same for those who have to act on it. */
export async function detailedImpactOf(plan: Plan, context: ImpactContext): Promise<DetailedImpact> {
  const { driver, session, scriptOf } = context
  const nothing: DetailedImpact = { steps: [], losses: new Map() }
  const open = driver.scratch?.bind(driver)
  if (session?.inspector === undefined || open === undefined) return nothing
  const { dialect } = driver
  const destroying = new Set<Step>()
  for (const step of plan.steps) {
    if (mayDestroy(scriptFacts(await scriptOf(step), dialect))) destroying.add(step)
  }
  if (destroying.size === 0) return nothing
  const live = withoutTables(await session.inspector.schema(), context.trackingTables)
  const scratch = await scratchOr(() => open(live))
  try {
    const rehearsal = new Rehearsal(scratch, { live, dialect })
    const losses = new Map<Step, Rehearsed>()
    for (const step of plan.steps) losses.set(step, await rehearsal.run(step, await scriptOf(step)))
    const measuring = new Measuring(session.inspector, {
      live,
      losses,
      dependents: new Dependents(live, dialect),
    })
    const steps: StepImpact[] = []
    for (const rehearsed of losses.values()) {
      const step = await measuring.measure(rehearsed)
      if (isWorthTelling(step)) steps.push(step)
    }
    return { steps, losses }
  } finally {
    if (!(scratch instanceof Error)) await scratch.close()
  }
}

/** The error where the schema cannot be made again: it may use functions that only the application has. */
async function scratchOr(open: () => Promise<Session>): Promise<Session | MigrateError> {
  try {
    return await open()
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
}

function isWorthTelling({
  tables,
  columns,
  indexes,
  views,
  triggers,
  deletesRows,
  untried,
}: StepImpact): boolean {
  const objects = [tables, columns, indexes, views, triggers]
  return deletesRows || untried !== undefined || objects.some(({ length }) => length > 0)
}

interface Measurable {
  readonly live: DatabaseSchema
  readonly losses: ReadonlyMap<Step, Rehearsed>
  readonly dependents: Dependents
}

/** Counts in the live database what goes. */
class Measuring {
  readonly #inspector: Inspector
  readonly #context: Measurable
  /** Whatever goes in some step, by kind and name, and mentions nothing any more. */
  readonly #going: ReadonlySet<string>

  constructor(inspector: Inspector, context: Measurable) {
    this.#inspector = inspector
    this.#context = context
    const all = [...context.losses.values()]
    this.#going = new Set([
      ...all.flatMap(({ tables }) => tables.map(({ live }) => `foreign key ${live}`)),
      ...all.flatMap(({ others }) => others.map(({ kind, name }) => `${kind} ${name}`)),
    ])
  }

  async measure({ step, tables, columns, others, untried, deletesRows }: Rehearsed): Promise<StepImpact> {
    const lostTables: LostTable[] = []
    for (const table of tables) lostTables.push(await this.#table(table))
    const lostColumns = await this.#columns(columns)
    const ofKind = (kind: string) =>
      others.filter((each) => each.kind === kind).map(({ name, table }) => ({ name, table }))
    return {
      id: step.id,
      direction: step.direction,
      tables: lostTables,
      columns: lostColumns.columns,
      indexes: ofKind('index'),
      views: ofKind('view'),
      triggers: ofKind('trigger'),
      deletesRows,
      lockMs: lockEstimate({
        rows: lostTables.reduce((sum, { rows }) => sum + rows, lostColumns.rows),
        bytes: lostTables.reduce((sum, { bytes = 0 }) => sum + bytes, lostColumns.bytes),
      }),
      ...(untried === undefined ? {} : { untried }),
    }
  }

  async #table({ live, columns }: TableLoss): Promise<LostTable> {
    const names = columns.map((column) => column.live)
    const counted = isDerivedTable(this.#context.live, live)
      ? { rows: 0, values: names.map((column) => ({ column, count: 0 })) }
      : await this.#inspector.count(live, names)
    const bytes = await this.#inspector.tableBytes(live)
    return {
      name: live,
      rows: counted.rows,
      ...(bytes === undefined ? {} : { bytes }),
      columns: counted.values.map(({ column, count }) => ({ name: column, values: count })),
      dependents: this.#dependents(live),
    }
  }

  /** All columns that a table loses are counted in one pass. */
  async #columns(
    losses: readonly ColumnLoss[],
  ): Promise<{ columns: readonly LostColumn[]; rows: number; bytes: number }> {
    const columns: LostColumn[] = []
    let rows = 0
    let bytes = 0
    for (const table of new Set(losses.map((loss) => loss.table.live))) {
      const names = losses.filter((loss) => loss.table.live === table).map(({ live }) => live)
      const counted = await this.#inspector.count(table, names)
      rows += counted.rows
      bytes += (await this.#inspector.tableBytes(table)) ?? 0
      for (const { column: name, count: values } of counted.values) {
        columns.push({ table, name, rows: counted.rows, values, dependents: this.#dependents(table, name) })
      }
    }
    return { columns, rows, bytes }
  }

  #dependents(table: string, column?: string) {
    return this.#context.dependents
      .of(table, column)
      .filter(({ kind, name }) => !this.#going.has(`${kind} ${name}`))
  }
}
