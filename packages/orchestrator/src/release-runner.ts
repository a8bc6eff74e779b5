import { MigrateError } from '@whimbrel/core'
import { refuseSameDatabase } from './atomic/lock-order.ts'
import type { KnownDatabase } from './plan/known-database.ts'
import type { ReleasePlan } from './plan/release-plan.ts'
import { type ReleasePlanFile, releasePlanFile } from './plan-file/release-plan-file.ts'
import { forgetRuns } from './recovery/forget-runs.ts'
import { recoverDatabases, unfinishedElsewhere, unfinishedRun } from './recovery/recover-databases.ts'
import type { RecoveryReport, UnfinishedRun } from './recovery/recovery-report.ts'
import type { ReleaseReport } from './release-report.ts'
import type { DownReleaseRequest, ReleaseRequest, UpReleaseRequest } from './release-request.ts'
import { checkOptions, pickDatabases, type ReleaseRunnerOptions } from './release-runner-options.ts'
import { filePlanning } from './run/file-planning.ts'
import { lookForPlan } from './run/look-for-plan.ts'
import { downPlanning, type Planning, upPlanning } from './run/planning.ts'
import { refusals } from './run/refusals.ts'
import { ReleaseRun, type ReleaseRunResult } from './run/release-run.ts'
import { runnersOf } from './runners.ts'

/** What a run would do. */
export interface ReleasePreview {
  readonly plan: ReleasePlan
  /** All databases as they were looked at: with them `releasePlanFile` makes a file of the plan. */
  readonly states: readonly KnownDatabase[]
  /** Why it would not, by database; empty where it may be carried out. */
  readonly refused: ReadonlyMap<string, MigrateError>
}

/** Brings several databases to a new state together, and finishes a run that was interrupted before. */
export class ReleaseRunner {
  readonly #options: ReleaseRunnerOptions

  /** Throws USAGE for an option that does not exist. */
  constructor(options: ReleaseRunnerOptions) {
    checkOptions(options)
    this.#options = options
  }

  /** The run that was interrupted, or is going on: without a lock and without writing. Throws RUN_JOURNAL_INVALID. */
  unfinished(): Promise<UnfinishedRun | undefined> {
    return unfinishedRun(this.#options.databases)
  }

  /**
   * Finishes every interrupted run of these databases, or takes it back where that is impossible. Empty where there is
   * none. Throws RUN_UNFINISHED where neither is possible, RUN_JOURNAL_INVALID, LOCK_TIMEOUT, DATABASE_FULL and the like.
   */
  async recover(): Promise<readonly RecoveryReport[]> {
    await refuseSameDatabase(this.#options.databases)
    return recoverDatabases(this.#options)
  }

  /**
   * Leaves the databases as they are, and takes away what interrupted runs have written down. Returns beside how many it
   * stood. Throws LOCK_TIMEOUT where such a run is going on.
   */
  forget(): Promise<number> {
    return forgetRuns(this.#options)
  }

  /** What would be done, without doing it; what is wrong is a finding, of the plan or of one of its parts. */
  async plan(request: ReleaseRequest): Promise<ReleasePlan> {
    return (await this.preview(request)).plan
  }

  /** What would be done, and what `run` would be refused with, without doing it. */
  async preview(request: ReleaseRequest): Promise<ReleasePreview> {
    const { databases: all } = this.#options
    await refuseSameDatabase(all)
    const { planning, selected } = this.#prepared(request)
    const runnerOf = runnersOf(this.#options, { runId: '', direction: directionOf(request) })
    const { states, errors } = await lookForPlan({ all, selected, runnerOf, planning })
    const plan = planning.plan(states)
    return { plan, states, refused: refusals(plan, { errors, databases: all }) }
  }

  /** A plan as a value for a file, for a later `planned` request. Throws what would refuse the plan. */
  async planFile(request: UpReleaseRequest | DownReleaseRequest): Promise<ReleasePlanFile> {
    const { plan, states: databases } = await this.preview(request)
    return releasePlanFile(plan, { request, databases, environment: this.#options.environment })
  }

  /**
   * Carries out a request, after finishing what was interrupted. Throws the MigrateError of the database that failed
   * first; `releaseOf(error)` then tells what became of each.
   */
  async run(request: ReleaseRequest): Promise<ReleaseReport> {
    const { planning, selected } = this.#prepared(request)
    const attempt = async () => {
      const recovered = await this.recover()
      const runId = globalThis.crypto.randomUUID()
      const runnerOf = runnersOf(this.#options, { runId, direction: directionOf(request) })
      const release = new ReleaseRun({ ...this.#options, runId, selected, runnerOf, planning })
      return { runId, recovered, ...(await release.carryOut()) }
    }
    const first = await attempt()
    const elsewhere = isStopped(first) ? await this.#elsewhere() : undefined
    // Otherwise somebody who had the locks was interrupted while this waited for them.
    const again = isStopped(first) && elsewhere === undefined ? await attempt() : undefined
    const { error: thrown, ...rest } = again ?? first
    const error = elsewhere ?? thrown
    const recovered = [...first.recovered, ...(again?.recovered ?? [])]
    const report = { ok: error === undefined, ...rest, recovered }
    if (error === undefined) return report
    throw withRelease(report.unfinished ? unfinishedError(error) : error, report)
  }

  /** A run of which this runner does not know all databases says more than that there is one. */
  #elsewhere(): Promise<MigrateError | undefined> {
    return unfinishedElsewhere(this.#options.databases).catch(() => undefined)
  }

  #prepared(request: ReleaseRequest): {
    readonly planning: Planning
    readonly selected: ReleaseRunnerOptions['databases']
  } {
    const { databases, environment } = this.#options
    if (request.direction === 'planned') {
      const names = request.file.databases.map(({ name }) => name)
      return {
        planning: filePlanning(request.file, environment),
        selected: databases.filter(({ name }) => names.includes(name)),
      }
    }
    if (request.direction === 'down') {
      return { planning: downPlanning(request), selected: pickDatabases(databases, [request.database]) }
    }
    return {
      planning: upPlanning(request, environment),
      selected: pickDatabases(databases, request.databases),
    }
  }
}

function directionOf(request: ReleaseRequest): 'up' | 'down' {
  return request.direction === 'planned' ? request.file.direction : request.direction
}

/** What became of every database, from the error of a failed run; undefined where none was looked at. */
export function releaseOf(error: unknown): ReleaseReport | undefined {
  if (!MigrateError.is(error)) return undefined
  const { release } = error.details
  return release === undefined ? undefined : (release as ReleaseReport)
}

/** Another run that was interrupted was found under the locks, and nothing has been done yet. */
function isStopped({ error, databases }: Pick<ReleaseRunResult, 'error' | 'databases'>): boolean {
  return (
    error?.code === 'RUN_UNFINISHED' &&
    databases.every(
      ({ report }) => report === undefined || report.steps.every(({ outcome }) => outcome === 'not-run'),
    )
  )
}

function withRelease(error: MigrateError, release: ReleaseReport): MigrateError {
  const { code, message, hint, details, cause } = error
  return new MigrateError(code, message, { hint, details: { ...details, release }, cause })
}

/** The run is decided, and one of its databases could not be committed. */
function unfinishedError({ code, message, details, cause }: MigrateError): MigrateError {
  return new MigrateError(
    code,
    `${message}; the run is decided, and its other databases are at the new state`,
    {
      hint: 'Correct what keeps it from being written, then run the command again: it finishes this run first',
      details,
      cause,
    },
  )
}
