import type { MigrateError } from '../migrate-error.ts'
import { type Applied, currentId } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import { withOwnDependencies } from '../plan/own-dependencies.ts'
import type { Plan } from '../plan/plan.ts'
import type { Session } from '../ports/driver.ts'
import type { RunIdentity } from '../ports/version-tracker.ts'
import type { Coordination } from './coordination.ts'
import { type DecideTogether, decided } from './decide.ts'
import { HookCaller } from './hook-caller.ts'
import type { Listener } from './listener.ts'
import { type Look, type RunOptions, takeLook } from './look.ts'
import { Run } from './run.ts'
import { recordLostError, withDetail } from './run-errors.ts'
import { RunLog } from './run-log.ts'
import type { RunReport } from './run-report.ts'
import type { MigrationRunnerOptions } from './runner-options.ts'
import type { Safety } from './safeguard.ts'
import { asMigrateError } from './step-error.ts'
import { readStepSql, remaining } from './step-sql.ts'
import { withClosing } from './with-closing.ts'

export interface LockedRunContext {
  readonly identity: RunIdentity
  readonly listener: Listener
  readonly coordination?: Coordination
}

/** One run under a lock that the caller holds: decides again from what is there now, protects, carries out, reports. */
export class LockedRun {
  readonly #options: MigrationRunnerOptions
  readonly #context: LockedRunContext
  readonly #hooks: HookCaller

  constructor(options: MigrationRunnerOptions, context: LockedRunContext) {
    this.#options = options
    this.#context = context
    const { driver, tracker, hooks = {}, hookTimeoutMs = 60_000, signal } = options
    const rules = { dialect: driver.dialect, protectedTables: tracker.tables }
    this.#hooks = new HookCaller({ ...rules, hooks, timeoutMs: hookTimeoutMs, signal })
  }

  /** Throws a MigrateError with the report in its details when it was begun and failed. */
  async carryOut(
    decide: DecideTogether,
    { look, options }: { look: Look; options: RunOptions },
  ): Promise<RunReport> {
    const { driver, tracker, name } = this.#options
    const session = await driver.session('write')
    let run: Run | undefined
    return withClosing(
      () => (run?.session ?? session).close(),
      async () => {
        const applied = withOwnDependencies(await tracker.applied(session), name)
        // Somebody was faster: which files are needed, and what they are compared with, may have changed, too.
        const same = sameRecords(applied, look.state.applied) && options.begun !== true
        const now = same ? look : await takeLook(this.#options, { ...options, known: undefined })
        const planned = await decided(decide, { ...now, state: { ...now.state, applied } })
        await this.#checkKept(planned, { session, look: now })
        await this.#context.coordination?.protect()
        const safety = await this.#protect(planned, { session, look: now })
        const log = runLog(planned, { look: now, runId: this.#context.identity.runId, safety })
        run = new Run(this.#runContext(now, safety), { plan: planned, log, session, applied })
        const { runId } = this.#context.identity
        this.#context.listener.tell({ type: 'run-started', runId, plan: planned, creates: !look.exists })
        return this.#finished(run, { log, planned })
      },
    )
  }

  /** Everything that a rollback will take from the database instead of a file is there and is what was applied. */
  async #checkKept({ steps }: Plan, { session, look }: { session: Session; look: Look }): Promise<void> {
    const places = this.#placesOf(session, look)
    for (const step of steps) if (step.script === 'kept') await readStepSql(step, places)
  }

  /** Lets the safeguard look at what is about to be run, and put away what could be lost. */
  async #protect(planned: Plan, { session, look }: { session: Session; look: Look }): Promise<Safety> {
    const { safeguard, driver, tracker } = this.#options
    if (safeguard === undefined || planned.steps.length === 0) return {}
    const places = this.#placesOf(session, look)
    return safeguard.before({
      plan: planned,
      driver,
      session,
      run: this.#context.identity,
      creates: !look.exists,
      trackingTables: tracker.tables,
      scriptOf: async (step) => remaining((await readStepSql(step, places)).script, step),
    })
  }

  #placesOf(session: Session, { scripts }: Look) {
    const { tracker, driver } = this.#options
    return { scripts, tracker, dialect: driver.dialect, session }
  }

  async #finished(run: Run, { log, planned }: { log: RunLog; planned: Plan }): Promise<RunReport> {
    let after: string | null
    try {
      await run.carryOut()
      after = await this.#readBack(run.session, log)
      await this.#context.coordination?.committed()
    } catch (error) {
      throw await this.#withReport(asMigrateError(error), { run, log, planned })
    }
    return this.#ended(log.report(after), { run, planned })
  }

  /** Reads the records after the last commit: nobody is told "done" of something that is not there. */
  async #readBack(session: Session, log: RunLog): Promise<string | null> {
    const { tracker, driver } = this.#options
    const records = await tracker.applied(session)
    const versions = new Set(records.map(({ version }) => version))
    for (const { id, direction, migration } of log.done()) {
      if (versions.has(migration.version) !== (direction === 'up')) throw recordLostError(id, driver.location)
    }
    return currentId(records)
  }

  /** The error of a failed run with its report; where the database stands is read anew. */
  async #withReport(
    error: MigrateError,
    { run, log, planned }: { run: Run; log: RunLog; planned: Plan },
  ): Promise<MigrateError> {
    const after = await this.#currentId().catch(() => log.done().at(-1)?.id ?? planned.before)
    return withDetail(error, { report: await this.#ended(log.report(after, error), { run, planned }) })
  }

  /** Lets hooks and safeguard clean up, and tells of the end. What fails now is told beside what the run did. */
  async #ended(report: RunReport, done: { run: Run; planned: Plan }): Promise<RunReport> {
    const findings = [
      ...report.findings,
      ...(await told(() => this.#endHook(report, done))),
      ...(await told(() => this.#afterwards(report))),
    ]
    return this.#context.listener.finished({ ...report, findings })
  }

  async #endHook(report: RunReport, { run, planned }: { run: Run; planned: Plan }): Promise<undefined> {
    if (planned.steps.length === 0) return
    const context = { plan: planned, session: run.session, report }
    const { error } = report
    if (error === undefined) await this.#hooks.ofRun('afterRun', context)
    else await this.#hooks.ofRun('errorRun', { ...context, error })
  }

  async #afterwards(report: RunReport): Promise<readonly Finding[] | undefined> {
    const { safeguard, driver, tracker } = this.#options
    return safeguard?.after?.({ report, driver, tracker })
  }

  async #currentId(): Promise<string | null> {
    const { driver, tracker } = this.#options
    const session = await driver.session('read')
    const read = async () => currentId(await tracker.applied(session))
    return withClosing(() => session.close(), read)
  }

  #runContext({ scripts }: Look, safety: Safety) {
    const { coordination } = this.#context
    const { driver, tracker, signal, verifier, safeguard } = this.#options
    const { identity, listener } = this.#context
    const { dialect } = driver
    // What is kept or undone together with others is one transaction.
    const wanted = this.#options.transaction ?? dialect.transaction
    const transaction = coordination === undefined ? wanted : 'all'
    return {
      driver,
      dialect,
      tracker,
      scripts,
      identity,
      transaction,
      hooks: this.#hooks,
      emit: listener.tell,
      signal,
      verifier,
      safeguard,
      safety,
      busyTimeoutMs: driver.busyTimeoutMs,
      coordination,
      // A recovery executes again what is missing; what it has prepared itself would be taken for the run's own.
      outlasts: this.#options.unfinishedRuns !== 'leave',
    }
  }
}

/** Findings of something that comes when the run is over; what it throws is one, too. */
async function told(work: () => Promise<readonly Finding[] | undefined>): Promise<readonly Finding[]> {
  try {
    return (await work()) ?? []
  } catch (error) {
    const { code, message, hint, details } = asMigrateError(error)
    return [{ code, migration: details.migration, message, hint, blocking: false, details }]
  }
}

/** The account of a run that is about to begin. */
export function runLog(
  planned: Plan,
  { look, runId, safety = {} }: { look: Look; runId: string; safety?: Safety },
): RunLog {
  return new RunLog(planned, { runId, findings: [...planned.findings, ...look.warnings], safety })
}

function sameRecords(a: readonly Applied[], b: readonly Applied[]): boolean {
  return a.length === b.length && a.at(-1)?.sequence === b.at(-1)?.sequence
}
