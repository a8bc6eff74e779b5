import { MigrateError } from '../migrate-error.ts'
import { type Applied, currentId } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import { resolveId } from '../resolve-id.ts'
import type { MigrationState, Plan, Step } from './plan.ts'
import { recorded } from './plan-down.ts'

export interface RetryRequest {
  /** Id, version or unambiguous prefix; may be left out where only one is in doubt. */
  readonly id?: string | undefined
  /**
   * What somebody found out about the statement behind those that finished, where it was interrupted: `skip`, it took
   * effect, and is not run; `again`, it did not, or may run twice. Left out: the tool finds out by itself.
   */
  readonly interrupted?: 'skip' | 'again' | undefined
}

/** The statements of a migration in doubt, in the direction that is in doubt, each by its checksum. */
export interface BegunStatements {
  /** What was begun, undefined where it was not kept. */
  readonly kept: readonly string[] | undefined
  /** What the file says now, undefined where there is none. */
  readonly file: readonly string[] | undefined
}

type Names = {
  readonly applied: readonly Applied[]
  readonly available: readonly Pick<Migration, 'id' | 'version'>[]
}

/**
 * Plans to go on with a migration in doubt after its last statement that is known to have finished. What was begun
 * is what is carried on; the file may have been edited since, but only behind the statements that ran. What is wrong
 * is a blocking finding. Throws MIGRATION_UNKNOWN, MIGRATION_AMBIGUOUS and NOT_IN_DOUBT for an id that cannot be
 * retried.
 */
export function planRetry(state: MigrationState, request: RetryRequest = {}): Plan {
  const record = doubtful(state, request)
  const staying = state.applied.filter(({ version }) => version !== record.version)
  const file = usable(
    record,
    state.available.find(({ version }) => version === record.version),
  )
  const begun = state.begun?.get(record.version)
  const { step, finding } = choose(decided(record, { request, begun }), { file, begun })
  return {
    direction: record.direction,
    before: currentId(state.applied),
    after: record.direction === 'up' ? step.id : currentId(staying),
    steps: [step],
    skipped: [],
    findings: finding === undefined ? [] : [finding],
  }
}

/** The record with what somebody has found out about it. Throws USAGE where no statement is left to skip. */
function decided(
  record: Applied,
  {
    request: { interrupted },
    begun,
  }: { readonly request: RetryRequest; readonly begun: BegunStatements | undefined },
): Applied {
  if (interrupted === undefined) return record
  const { progress } = record
  const done = progress ?? 0
  if (interrupted === 'again') return { ...record, trace: undefined }
  if (done >= (begun?.kept ?? begun?.file ?? []).length) throw nothingToSkip(record)
  return { ...record, trace: undefined, progress: done + 1 }
}

function nothingToSkip({ id, direction }: Applied): MigrateError {
  return new MigrateError('USAGE', `All statements of the ${direction} of ${id} have finished`, {
    hint: `Run "whimbrel retry ${id}" without --skip: what is left is to record it`,
    details: { migration: id },
  })
}

/** The record that a retry is about. Throws MIGRATION_UNKNOWN, MIGRATION_AMBIGUOUS, NOT_IN_DOUBT. */
export function doubtful({ applied, available }: Names, { id }: RetryRequest): Applied {
  const doubts = applied.filter(({ state }) => state === 'in-doubt')
  if (id === undefined) return theOnly(doubts)
  const versions = new Set(applied.map(({ version }) => version))
  const found = resolveId(id, [...applied, ...available.filter(({ version }) => !versions.has(version))])
  const record = applied.find(({ version }) => version === found.version)
  if (record === undefined) throw notBegun(found.id)
  if (record.state !== 'in-doubt') throw isApplied(record)
  return record
}

function theOnly(doubts: readonly Applied[]): Applied {
  const [first, second] = doubts
  if (first === undefined) {
    throw new MigrateError('NOT_IN_DOUBT', 'No migration is in doubt: there is nothing to retry', {
      hint: 'Run "whimbrel up" to apply what is pending; "whimbrel status" shows it',
    })
  }
  if (second === undefined) return first
  const ids = doubts.map(({ id }) => id)
  throw new MigrateError('MIGRATION_AMBIGUOUS', `${ids.length} migrations are in doubt: ${ids.join(', ')}`, {
    hint: 'Say which one, "whimbrel retry ID"',
    details: { matches: ids },
  })
}

function notBegun(id: string): MigrateError {
  return new MigrateError('NOT_IN_DOUBT', `${id} is pending and was not begun: there is nothing to retry`, {
    hint: `Apply it with "whimbrel up --to ${id}"`,
    details: { migration: id },
  })
}

function isApplied({ id }: Applied): MigrateError {
  return new MigrateError('NOT_IN_DOUBT', `${id} is applied and not in doubt: there is nothing to retry`, {
    hint: `To take it back, run "whimbrel down --only ${id}"; "whimbrel status" shows what is in doubt`,
    details: { migration: id },
  })
}

/** A file that has no down any longer is no way to go on with one. */
function usable({ direction }: Applied, file: Migration | undefined): Migration | undefined {
  return direction === 'down' && file?.downChecksum === null ? undefined : file
}

interface Choice {
  readonly step: Step
  readonly finding?: Finding
}

/** What was begun, from the file where it says the same or was edited only behind the statements that ran. */
function choose(
  record: Applied,
  { file, begun }: { file: Migration | undefined; begun: BegunStatements | undefined },
): Choice {
  const { direction } = record
  const done = record.progress ?? 0
  if (file === undefined) {
    const migration = { ...recorded(record), file: undefined }
    const step: Step = { id: record.id, direction, migration, script: 'kept', done, ...begunTrace(record) }
    return begun?.kept === undefined ? { step, finding: nowhere(record) } : { step }
  }
  const step: Step = {
    id: file.id,
    direction,
    migration: file,
    script: 'source',
    done,
    ...begunTrace(record),
  }
  if (file.transactional) return { step, finding: otherMode(file) }
  const [stored, current] =
    direction === 'up' ? [record.checksum, file.checksum] : [record.downChecksum, file.downChecksum]
  if (stored === current) return { step }
  const differing = firstDifference(begun, done)
  return differing === undefined ? { step } : { step, finding: edited(record, { done, differing }) }
}

function begunTrace({ trace }: Applied): Pick<Step, 'trace'> {
  return trace === undefined ? {} : { trace }
}

/** Position of the first statement, from 1, that ran and is not in the file as it ran; undefined where all are. */
function firstDifference(begun: BegunStatements | undefined, done: number): number | undefined {
  const { kept = [], file = [] } = begun ?? {}
  for (let index = 0; index < done; index += 1) {
    if (kept[index] === undefined || kept[index] !== file[index]) return index + 1
  }
  return undefined
}

function edited(
  { id, direction }: Applied,
  { done, differing }: { done: number; differing: number },
): Finding {
  const ran = done === 1 ? 'its first statement' : `its first ${done} statements`
  return {
    code: 'CHECKSUM_CHANGED',
    migration: id,
    message: `The ${direction} of ${id} was edited where it had already run: statement ${differing} is not the one that finished`,
    hint:
      `Put ${ran} back as it ran and correct only what follows, then retry; or take back by hand what it did ` +
      `and run "whimbrel mark ${id} ${direction === 'up' ? 'pending' : 'applied'}"`,
    blocking: true,
    details: { section: direction, progress: done, statement: differing },
  }
}

function otherMode({ id, file }: Migration): Finding {
  return {
    code: 'CHECKSUM_CHANGED',
    migration: id,
    message: `${id} would run in a transaction now, and it was begun outside one`,
    hint: 'Give it the header line "-- Transaction: none" and retry: what has run already cannot be undone with the rest',
    blocking: true,
    details: { file },
  }
}

function nowhere({ id, direction }: Applied): Finding {
  return {
    code: 'FILE_MISSING',
    migration: id,
    message: `The ${direction} of ${id} is neither in a file nor kept in the database`,
    hint: `Bring the file back and retry; or look at the database and run "whimbrel mark ${id} applied" or "whimbrel mark ${id} pending"`,
    blocking: true,
  }
}
