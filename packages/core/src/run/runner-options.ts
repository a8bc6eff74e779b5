import { MigrateError } from '../migrate-error.ts'
import type { TransactionMode } from '../model/transaction-mode.ts'
import type { MigrationState } from '../plan/plan.ts'
import type { Driver, LockOwner, StopSignal } from '../ports/driver.ts'
import type { Source } from '../ports/source.ts'
import type { RunIdentity, VersionTracker } from '../ports/version-tracker.ts'
import { checkOptionNames } from '../usage.ts'
import type { RunEvent } from './events.ts'
import { checkHooks, type Hooks } from './hooks.ts'
import type { Safeguard } from './safeguard.ts'
import type { StepVerifier } from './step-runner.ts'

/** Who runs, for the records and for those who wait for the lock. */
export interface Runner extends Omit<RunIdentity, 'runId'>, Omit<LockOwner, 'since'> {}

export interface MigrationRunnerOptions {
  readonly driver: Driver
  readonly tracker: VersionTracker
  readonly source: Source
  /** Who runs; default: an unnamed application. `processOwner()` of `@whimbrel/core/process` fills it. */
  readonly runner?: Partial<Runner>
  /** Id of the run, shared where several databases are one run; default: a new UUID. */
  readonly runId?: string
  /** Default: what the dialect of the driver says. */
  readonly transaction?: TransactionMode | undefined
  /** How long to wait for the lock, in milliseconds; default 30,000. */
  readonly lockTimeoutMs?: number | undefined
  /** Environment, for migrations that are only for some. */
  readonly environment?: string | undefined
  /** Name of the database: a dependency that names it is one on its own migrations. */
  readonly name?: string | undefined
  /** Migrations of the other databases, for dependencies on them. */
  readonly others?: MigrationState['others']
  readonly hooks?: Hooks
  /**
   * For how long a hook may go without a statement of its session, in milliseconds; default 60,000. 0 and Infinity set
   * no limit.
   */
  readonly hookTimeoutMs?: number | undefined
  /**
   * Hears what a run does, and cannot change it: when it throws, or returns a promise that rejects before the run is
   * over, the run goes on and the first such failure is a finding of the report, LISTENER_FAILED.
   */
  readonly onEvent?: (event: RunEvent) => unknown
  /** Stops between two statements, and while a hook is waited for: the running migration is undone. */
  readonly signal?: StopSignal
  /** Extra checks around the steps of a rollback, inside their transaction. */
  readonly verifier?: StepVerifier
  /** Looks after what a run could lose: refuses, takes a backup, keeps rows. */
  readonly safeguard?: Safeguard
  /**
   * What to do where a run over several databases, this one among them, was interrupted: `refuse` (default) with
   * RUN_UNFINISHED, or `leave` that to a caller who looks after it.
   */
  readonly unfinishedRuns?: 'refuse' | 'leave'
}

const knownOptions = [
  'driver',
  'tracker',
  'source',
  'runner',
  'runId',
  'transaction',
  'lockTimeoutMs',
  'environment',
  'name',
  'others',
  'hooks',
  'hookTimeoutMs',
  'onEvent',
  'signal',
  'verifier',
  'safeguard',
  'unfinishedRuns',
] satisfies (keyof MigrationRunnerOptions)[]

/** Throws USAGE for an option or a hook that does not exist, and for a limit that is none. */
export function checkOptions(options: MigrationRunnerOptions): void {
  checkOptionNames('MigrationRunner', Object.keys(options), knownOptions)
  if (options.hooks !== undefined) checkHooks(options.hooks)
  const { hookTimeoutMs } = options
  if (hookTimeoutMs === undefined || (typeof hookTimeoutMs === 'number' && hookTimeoutMs >= 0)) return
  throw new MigrateError('USAGE', `hookTimeoutMs is ${hookTimeoutMs}`, {
    hint: 'Give a number of milliseconds from 0 on; 0 sets no limit',
  })
}
