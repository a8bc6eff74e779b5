import { MigrateError } from '@whimbrel/core'
import {
  type DatabaseReport,
  type ReleasePlan,
  type ReleasePreview,
  type ReleaseReport,
  type ReleaseRequest,
  releaseOf,
} from '@whimbrel/orchestrator'
import { completeError } from './complete-error.ts'
import { errorOutput, findingOutput, toMigrateError } from './describe-error.ts'
import { runnersOf } from './migration-runners.ts'
import type { FindingOutput } from './output.ts'
import { planned } from './planned.ts'
import { concernsRuns } from './recover-first.ts'
import { releaseOutput } from './release-output.ts'
import { type ReleaseSettings, releaseRunnerOf } from './release-runner-of.ts'
import { type DatabaseResult, failedResult, notStarted, type RunResult, reportOutput } from './run-outputs.ts'
import type { Target, Targets } from './target.ts'

/** Carries out a request over several databases, and says what became of each. */
export async function runRelease(request: ReleaseRequest, settings: ReleaseSettings): Promise<RunResult> {
  const { targets, listener } = settings
  try {
    return await resultOf(await releaseRunnerOf(settings).run(request), { request, targets })
  } catch (thrown) {
    const error = toMigrateError(thrown)
    const report = releaseOf(error)
    if (report === undefined) return { runId: crypto.randomUUID(), ...(await refusedAtOnce(error, targets)) }
    return resultOf(report, { request, targets, error })
  } finally {
    listener.close()
  }
}

/** What a request would do, with all that it was planned from; that is missing where nothing could be looked at. */
export interface ReleasePreviewed extends RunResult {
  readonly request: ReleaseRequest
  readonly preview?: ReleasePreview
}

/** What a request would do, without doing it. */
export async function planRelease(
  request: ReleaseRequest,
  { sql, ...settings }: ReleaseSettings & { readonly sql: boolean },
): Promise<ReleasePreviewed> {
  const { targets, context } = settings
  const { runId, runnerOf } = await runnersOf({ targets, context })
  try {
    const preview = await releaseRunnerOf(settings).preview(request)
    const { plan, refused } = preview
    refuseUnreached(preview)
    const results: DatabaseResult[] = []
    for (const { database, plan: own } of plan.parts) {
      const target = targetOf(targets, database)
      const error = refused.get(database)
      results.push(
        await (error === undefined
          ? planned(target, { plan: own, runner: runnerOf(target), sql })
          : failedResult(target, error)),
      )
    }
    const release = releaseOutput(plan, request)
    return { runId, results, notes: notesOf(preview.plan), release, request, preview }
  } catch (error) {
    return { runId, request, ...(await refusedAtOnce(toMigrateError(error), targets)) }
  }
}

async function resultOf(
  report: ReleaseReport,
  {
    request,
    targets,
    error,
  }: { readonly request: ReleaseRequest; readonly targets: Targets; readonly error?: MigrateError },
): Promise<RunResult> {
  const { runId, plan, databases, recovered, unfinished } = report
  const first = thrownBy(databases, error)
  // It is about a database that the run does not reach.
  if (first === undefined && error !== undefined) throw error
  const results: DatabaseResult[] = []
  for (const database of databases) {
    const target = targetOf(targets, database.database)
    // What is thrown says of the failed database what that means for the others, too.
    results.push(await databaseResult(target, database, database === first ? error : database.error))
  }
  return {
    runId,
    results,
    notes: notesOf(plan),
    recovered,
    release: releaseOutput(plan, request, unfinished),
  }
}

/** The database whose error was thrown: its message begins with that of its own. */
function thrownBy(
  databases: readonly DatabaseReport[],
  thrown: MigrateError | undefined,
): DatabaseReport | undefined {
  return databases.find(({ error }) => error !== undefined && thrown?.message.startsWith(error.message))
}

async function databaseResult(
  target: Target,
  { outcome, release, report }: DatabaseReport,
  thrown: MigrateError | undefined,
): Promise<DatabaseResult> {
  if (report === undefined) return thrown === undefined ? notStarted(target) : failedResult(target, thrown)
  // On its own it says whether its transaction was undone as a whole; with others that goes without saying.
  const told = outcome === 'failed' && release === 'independent' ? report.outcome : outcome
  const output = { ...reportOutput(target, report), outcome: told }
  if (thrown === undefined) return { output }
  const error = completeError(thrown, target.flags)
  return { output: { ...output, error: errorOutput(error) }, error }
}

/** What stops the run is told as the error of a database. */
function notesOf({ findings }: ReleasePlan): readonly FindingOutput[] {
  return findings.filter(({ blocking }) => !blocking).map((finding) => findingOutput(finding))
}

/** Throws why a database that the plan does not reach keeps it from being carried out. */
function refuseUnreached({ plan, refused }: ReleasePreview): void {
  const reached = new Set(plan.parts.map(({ database }) => database))
  for (const [name, error] of refused) if (!reached.has(name)) throw error
}

/** Nothing was looked at: the error is that of the database it names, or of the whole command. */
async function refusedAtOnce(error: MigrateError, { selected }: Targets): Promise<Omit<RunResult, 'runId'>> {
  if (concernsRuns(error)) throw error
  const [only] = selected
  const named = selected.length === 1 ? only?.name : error.details.database
  if (!selected.some(({ name }) => name === named)) throw error
  const results = selected.map((target) =>
    target.name === named ? failedResult(target, withoutName(error, target)) : notStarted(target),
  )
  return { results: await Promise.all(results) }
}

/** The name of its database stands in front of every error anyway. */
function withoutName(error: MigrateError, { name }: Target): MigrateError {
  const { code, message, hint, details, cause } = error
  if (!message.startsWith(`${name}: `)) return error
  return new MigrateError(code, message.slice(name.length + 2), { hint, details, cause })
}

function targetOf({ all }: Targets, name: string): Target {
  const target = all.find((each) => each.name === name)
  if (target === undefined) throw new RangeError(`${name} is not a database of this command`)
  return target
}
