import { errorCodes, MigrateError } from '@whimbrel/core'
import { processOwner } from '@whimbrel/core/process'
import { type Backup, Backups } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import type { Job, Said } from './runner.ts'

/** What a backup is named after. */
const database = 'app'

/** Takes a backup, or restores the oldest one, with the packages. `done` names what was taken or restored. */
export async function runBackups(job: Job): Promise<Said> {
  const backups = backupsOf(job)
  const { command, host, pid } = processOwner('torture', '0.1.0')
  const owner = { command, host, pid, since: new Date().toISOString() }
  const lock = { owner, timeoutMs: job.lockTimeoutMs ?? 0 }
  try {
    if (job.operation === 'backup') return { exitCode: 0, done: [(await backups.create({ lock })).id] }
    const [oldest] = await backups.list()
    if (oldest === undefined) throw new Error('There is no backup')
    return { exitCode: 0, done: [(await backups.restore(oldest, { lock })).backup.id] }
  } catch (error) {
    if (!MigrateError.is(error)) return { exitCode: 1, message: String(error), done: [] }
    const { code, message, hint } = error
    return { exitCode: errorCodes[code], code, message, hint, done: [] }
  }
}

/** Backups that say of themselves that they are complete, and what is wrong with one that is not. */
export async function completeBackups(
  job: Job,
): Promise<{ complete: readonly Backup[]; wrong: string | undefined }> {
  const backups = backupsOf(job)
  const complete = (await backups.list()).filter(({ state }) => state === 'complete')
  for (const backup of complete) {
    const wrong = await backups.verify(backup).then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (wrong !== undefined) return { complete, wrong }
  }
  return { complete, wrong: undefined }
}

function backupsOf({ database: path, backups, journal, busyTimeoutMs = 2_000 }: Job): Backups {
  return new Backups({
    database,
    driver: sqliteDriver({ path, pragmas: { journal_mode: journal }, busyTimeoutMs }),
    tracker: sqlVersionTracker(),
    directory: backups,
    toolVersion: '0.1.0',
  })
}
