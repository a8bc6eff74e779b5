import { type ErrorCode, MigrateError } from '@whimbrel/core'
import type { JournalDatabase, ReleaseJournal } from '../journal/release-journal.ts'
import { shownEntry } from '../journal/shown-entry.ts'

/**
 * What is wrong with a step itself, so that it fails in the same way the next time. Everything else may pass, or says
 * more of where the recovery runs than of the migration: a full disk, a lock, a folder that is not there, a hook.
 */
const permanent: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MIGRATION_ENCODING',
  'MIGRATION_TOO_LARGE',
  'MIGRATION_DUPLICATE',
  'MIGRATION_LAYOUT',
  'MIGRATION_MARKER',
  'MIGRATION_HEADER',
  'MIGRATION_SQL',
  'MIGRATION_FORBIDDEN',
  'DEPENDENCY_MISSING',
  'DEPENDENCY_CYCLE',
  'CHECKSUM_CHANGED',
  'IRREVERSIBLE',
  'LEAVES_BROKEN',
  'STATEMENT_FAILED',
  'CODE_FAILED',
  'FOREIGN_KEYS_VIOLATED',
  'ROWS_LOST',
  'INTEGRITY_BROKEN',
  'TRANSACTION_LOST',
])

/** True where the same steps would fail in the same way the next time, so that the run cannot be finished. */
export function isPermanent(error: unknown): error is MigrateError {
  return MigrateError.is(error) && permanent.has(error.code) && error.details.passes !== true
}

const uselessBackup: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BACKUP_UNKNOWN',
  'BACKUP_DAMAGED',
  'BACKUP_FOREIGN',
  'BACKUP_NEWER',
])

/** True where a backup is none that could be restored, now or later. */
export function isUseless(error: unknown): error is MigrateError {
  return MigrateError.is(error) && uselessBackup.has(error.code)
}

/** What kept a run from being finished for now, with the run in its message: nobody had asked for that run. */
export function notYet({ startedAt, databases }: ReleaseJournal, error: unknown): unknown {
  if (!MigrateError.is(error) || error.code === 'RUN_UNFINISHED') return error
  const { code, message, hint, details, cause } = error
  const names = databases.map(({ name }) => name).join(', ')
  const what = `The run over ${names} that began at ${startedAt} is not finished, and could not be finished now`
  return new MigrateError(code, `${what}: ${message}`, { hint, details, cause })
}

/** A database of the run whose file is not there: nobody can say whether it had been committed. */
export function fileMissing(journal: ReleaseJournal, name: string, location: string): MigrateError {
  return unfinished(journal, `the file of ${name} (${location}) is missing`, {
    hint: `Bring ${location} back and run "whimbrel recover", or leave the databases as they are with "whimbrel recover --forget"`,
    database: name,
  })
}

/** All that can be done here is done, and what is left needs databases that nobody here knows. */
export function leftToOthers(
  { runId, startedAt, databases }: ReleaseJournal,
  elsewhere: readonly JournalDatabase[],
): MigrateError {
  const names = elsewhere.map(({ name }) => name).join(', ')
  const places = elsewhere.map(shownEntry).join(', ')
  return new MigrateError(
    'RUN_UNFINISHED',
    `The run over ${databases.map(({ name }) => name).join(', ')} that began at ${startedAt} was interrupted, and cannot ` +
      `be finished without ${places}, which ${elsewhere.length === 1 ? 'is' : 'are'} not in this manifest`,
    {
      hint: `Run "whimbrel recover" with a manifest that names ${names}, too; or leave the databases as they are with "whimbrel recover --forget"`,
      details: {
        runId,
        databases: databases.map(({ name }) => name),
        elsewhere: elsewhere.map(({ name }) => name),
      },
    },
  )
}

/** The run can neither be finished nor taken back. */
export function stuck(journal: ReleaseJournal, reasons: readonly string[], database?: string): MigrateError {
  return unfinished(journal, reasons.join('; '), {
    hint: 'Mend what is named and run "whimbrel recover", or leave the databases as they are with "whimbrel recover --forget"',
    database,
  })
}

function unfinished(
  { runId, startedAt, databases }: ReleaseJournal,
  why: string,
  { hint, database }: { readonly hint: string; readonly database: string | undefined },
): MigrateError {
  const names = databases.map(({ name }) => name)
  return new MigrateError(
    'RUN_UNFINISHED',
    `The run over ${names.join(', ')} that began at ${startedAt} was interrupted and cannot be finished: ${why}`,
    { hint, details: { runId, databases: names, ...(database === undefined ? {} : { database }) } },
  )
}
