import { errorCodes, MigrateError, MigrationRunner, type RunReport, reportOf } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { rollback, rollbackVerifier } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { runBackups } from './run-backups.ts'
import type { Job, Said, Tell } from './runner.ts'

/** Does a job with the packages, as an application would. */
export async function runWhimbrel(job: Job, tell: Tell): Promise<Said> {
  const { database, migrations, mode, journal, operation, to } = job
  if (operation === 'backup' || operation === 'restore') return runBackups(job)
  const runner = new MigrationRunner({
    driver: sqliteDriver({
      path: database,
      pragmas: { journal_mode: journal },
      busyTimeoutMs: job.busyTimeoutMs ?? 2_000,
    }),
    tracker: sqlVersionTracker(),
    source: folderSource({ directory: migrations }),
    transaction: mode === 'none' ? 'batch' : mode,
    lockTimeoutMs: job.lockTimeoutMs ?? 0,
    runner: processOwner('torture', '0.1.0'),
    ...(operation === 'down' && { verifier: rollbackVerifier() }),
    onEvent(event) {
      if (event.type === 'committed') tell(event.steps.map(({ id }) => id))
    },
  })
  try {
    const report = await (operation === 'down' ? runner.run(...rollback({ to })) : runner.up({ to }))
    return { exitCode: 0, done: doneOf(report) }
  } catch (error) {
    return saidOf(error)
  }
}

/** Says of a doubt that the change is not there, as somebody would who looked; it is begun again afterwards. */
export async function settleDoubt(
  { database, migrations }: Job,
  id: string,
  as: 'applied' | 'pending',
): Promise<void> {
  const tracker = sqlVersionTracker()
  const runner = new MigrationRunner({
    driver: sqliteDriver({ path: database }),
    tracker,
    source: folderSource({ directory: migrations }),
    lockTimeoutMs: 0,
  })
  await runner.amend(({ session, run }) => tracker.settle(session, id, { as, run }))
}

/** What an error says. */
export function saidOf(error: unknown): Said {
  const report = reportOf(error)
  const done = report === undefined ? [] : doneOf(report)
  if (!MigrateError.is(error)) return { exitCode: 1, message: String(error), done }
  const { code, message, hint } = error
  return { exitCode: errorCodes[code], code, message, hint, done }
}

/** Ids of the steps that a report calls applied or reverted. */
export function doneOf({ steps }: RunReport): readonly string[] {
  return steps.filter(({ outcome }) => outcome === 'applied' || outcome === 'reverted').map(({ id }) => id)
}
