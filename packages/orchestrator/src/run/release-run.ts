import {
  MigrateError,
  type MigrationRunner,
  type MigrationState,
  type RunOptions,
  type RunReport,
  refusal,
} from '@whimbrel/core'
import { lockOrder } from '../atomic/lock-order.ts'
import { isKnown, type KnownDatabase } from '../plan/known-database.ts'
import type { ReleasePhase, ReleasePlan } from '../plan/release-plan.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { DatabaseReport } from '../release-report.ts'
import type { ReleaseRunnerOptions } from '../release-runner-options.ts'
import { tell } from '../tell.ts'
import { AtomicPhase } from './atomic-phase.ts'
import { DatabaseReports } from './database-reports.ts'
import { lookForPlan } from './look-for-plan.ts'
import type { Planning } from './planning.ts'
import { refusals } from './refusals.ts'
import { type ReleaseStates, readStates } from './release-states.ts'
import { waitForLock } from './wait-for-lock.ts'

export interface ReleaseRunOptions extends ReleaseRunnerOptions {
  readonly runId: string
  /** The databases of the request. */
  readonly selected: readonly ReleaseDatabase[]
  readonly runnerOf: (database: ReleaseDatabase) => MigrationRunner
  readonly planning: Planning
}

/** What became of the databases of a release, and the error that ended it. */
export interface ReleaseRunResult {
  readonly plan: ReleasePlan
  readonly databases: readonly DatabaseReport[]
  readonly error?: MigrateError
  /** An atomic run was decided, and not all of its databases could be committed. */
  readonly unfinished: boolean
}

/** One run over several databases: everything is planned before the first of them is touched. */
export class ReleaseRun {
  readonly #options: ReleaseRunOptions
  /** Files and records that the plan was made from, by database. */
  readonly #read = new Map<string, MigrationState>()
  #unfinished = false

  constructor(options: ReleaseRunOptions) {
    this.#options = options
  }

  async carryOut(): Promise<ReleaseRunResult> {
    const { runId, onEvent } = this.#options
    const states = await this.#settledStates()
    for (const { name, state } of states.states) if (isKnown(state)) this.#read.set(name, state)
    const planned = this.#options.planning.plan(states.states)
    const reports = new DatabaseReports(planned)
    this.#refuse(planned, { states, reports })
    if (reports.firstError === undefined) await this.#ask(planned, reports)
    if (reports.firstError === undefined) {
      if (!planned.phases.some(({ release }) => release === 'atomic'))
        tell(onEvent, { type: 'release-started', runId, plan: planned })
      await this.#carryOut(planned, reports)
    }
    const error = reports.firstError
    return {
      plan: planned,
      databases: reports.all(),
      unfinished: this.#unfinished,
      ...(error === undefined ? {} : { error }),
    }
  }

  /** What is in doubt may only be another run that is in the middle of it: then its lock is waited for, once. */
  async #settledStates(): Promise<ReleaseStates> {
    const waited = new Set<string>()
    for (;;) {
      const states = await this.#looked()
      const doubtful = this.#options.selected.filter(
        ({ name }) => !waited.has(name) && isInDoubt(states.states.find((each) => each.name === name)?.state),
      )
      if (doubtful.length === 0) return states
      for (const database of doubtful) {
        await waitForLock(this.#options.runnerOf(database))
        waited.add(database.name)
      }
    }
  }

  #looked(): Promise<ReleaseStates> {
    const { databases: all, selected, runnerOf, planning } = this.#options
    return lookForPlan({ all, selected, runnerOf, planning })
  }

  /** Notes every reason not to begin, each at the door of its database. */
  #refuse(
    planned: ReleasePlan,
    { states, reports }: { readonly states: ReleaseStates; readonly reports: DatabaseReports },
  ): void {
    const { databases } = this.#options
    const refused = refusals(planned, { errors: states.errors, databases })
    for (const [database, error] of refused) reports.failed(database, error)
  }

  /** Lets every safeguard speak before the first database is touched. */
  async #ask(planned: ReleasePlan, reports: DatabaseReports): Promise<void> {
    for (const { database, plan: own } of planned.parts) {
      if (own.steps.length === 0) continue
      try {
        await this.#options.runnerOf(this.#databaseOf(database)).ahead(own)
      } catch (error) {
        reports.failed(database, asMigrateError(error))
        return
      }
    }
  }

  async #carryOut(planned: ReleasePlan, reports: DatabaseReports): Promise<void> {
    const begun = new Set<string>()
    for (const phase of planned.phases) {
      if (phase.release === 'atomic') await this.#together(phase, reports)
      else await this.#alone(phase, { planned, reports, begun })
      if (reports.firstError !== undefined) return
      for (const name of phase.databases) begun.add(name)
    }
    for (const { database, plan: own } of planned.parts) {
      if (own.steps.length > 0) continue
      reports.done(database, upToDate(own, this.#options.runId))
    }
  }

  async #alone(
    { databases: [name = ''], steps }: ReleasePhase,
    {
      planned,
      reports,
      begun,
    }: {
      readonly planned: ReleasePlan
      readonly reports: DatabaseReports
      readonly begun: ReadonlySet<string>
    },
  ): Promise<void> {
    const { planning, runnerOf } = this.#options
    const database = this.#databaseOf(name)
    const decide = planning.alone(database, {
      steps: steps.map(({ step }) => step),
      order: planned.parts.find((part) => part.database === name)?.order,
      continued: begun.has(name),
    })
    try {
      reports.done(name, await runnerOf(database).run(decide, this.#reading(name, steps)))
    } catch (error) {
      reports.failed(name, asMigrateError(error))
    }
  }

  /** What was read for the plan is not read again; a database that this run has changed since is looked at anew. */
  #reading(name: string, steps: ReleasePhase['steps']): RunOptions {
    const versions = steps.flatMap(({ database, step }) =>
      database === name ? [step.migration.version] : [],
    )
    const known = this.#read.get(name)
    this.#read.delete(name)
    return { ...this.#options.planning.reading(name, versions), known }
  }

  async #together({ databases: names, steps }: ReleasePhase, reports: DatabaseReports): Promise<void> {
    const { runId, runner, environment, runnerOf, onEvent } = this.#options
    const databases = await lockOrder(names.map((name) => this.#databaseOf(name)))
    const phase = new AtomicPhase({
      databases,
      runnerOf,
      runId,
      by: runner?.by ?? 'an application',
      environment,
      plan: (states) => this.#planAgain(names, states),
      reading: (name) => this.#reading(name, steps),
      onEvent,
    })
    const { decided, failure, members } = await phase.carryOut()
    for (const [name, result] of members) {
      const fault = failure === undefined || failure.database === name
      if (result?.report !== undefined) reports.done(name, result.report)
      else if (decided || (fault && failure !== undefined))
        reports.failed(name, asMigrateError(result?.error ?? failure?.error))
      else reports.undone(name, result?.error)
    }
    if (failure !== undefined && reports.firstError === undefined)
      reports.failed(names[0] ?? '', asMigrateError(failure.error))
    this.#unfinished = decided && reports.firstError !== undefined
  }

  /** Of the databases of an atomic phase, from their states under the locks. */
  async #planAgain(
    names: readonly string[],
    known: ReadonlyMap<string, MigrationState>,
  ): Promise<ReleasePlan> {
    const { databases: all, runnerOf, planning } = this.#options
    const reading = planning.reading
    const { states } = await readStates({
      all,
      selected: [],
      runnerOf,
      reading,
      others: planning.others,
      known,
    })
    const planned = limited(planning.plan(states, names), names)
    const error = refusal([...planned.parts.flatMap((part) => part.plan.findings), ...planned.findings])
    if (error !== undefined) throw error
    return planned
  }

  #databaseOf(name: string): ReleaseDatabase {
    const found = this.#options.databases.find((database) => database.name === name)
    if (found === undefined) throw new RangeError(`${name} is not a database of this run`)
    return found
  }
}

function isInDoubt(state: KnownDatabase['state'] | undefined): boolean {
  return state !== undefined && isKnown(state) && state.applied.some((record) => record.state === 'in-doubt')
}

function upToDate(
  { before, findings, skipped }: ReleasePlan['parts'][number]['plan'],
  runId: string,
): RunReport {
  return { runId, outcome: 'up-to-date', before, after: before, steps: [], findings, skipped }
}

function asMigrateError(error: unknown): MigrateError {
  if (MigrateError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MigrateError('INTERNAL', message, {
    hint: 'Report this with the command and its output: it is an error of Whimbrel',
    cause: error,
  })
}

/** What a plan does to these databases. */
function limited(planned: ReleasePlan, names: readonly string[]): ReleasePlan {
  const isOne = ({ database }: { readonly database: string }) => names.includes(database)
  const steps = planned.phases.flatMap((phase) => phase.steps.filter(isOne))
  return {
    ...planned,
    parts: planned.parts.filter(isOne),
    phases: steps.length === 0 ? [] : [{ release: 'atomic', databases: names, steps }],
    findings: planned.findings.filter(isOne),
  }
}
