import type { Applied } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Direction, Migration } from '../model/migration.ts'
import { planDown } from './plan-down.ts'
import type { BegunStatements } from './plan-retry.ts'
import { planUp } from './plan-up.ts'

/** What a plan is made from: what exists and what is applied. */
export interface MigrationState {
  /** Migrations of the source. */
  readonly available: readonly Migration[]
  /** Records of the database, by order of application. */
  readonly applied: readonly Applied[]
  /** Migrations of the other databases, for `Depends-On: database:…`; absent where nobody knows. */
  readonly others?: ReadonlyMap<string, readonly { id: string; version: string }[]> | undefined
  /**
   * Versions in the order in which they are to be seen, where dependencies across databases ask for another one than
   * that of the versions. What it leaves out comes behind.
   */
  readonly order?: readonly string[] | undefined
  /** Statements of what is in doubt, by version; only for a retry. */
  readonly begun?: ReadonlyMap<string, BegunStatements> | undefined
}

export interface UpRequest {
  readonly direction: 'up'
  /** Apply the first n pending migrations. */
  readonly steps?: number | undefined
  /** Apply up to and including this id, version or unambiguous prefix. */
  readonly to?: string | undefined
  /** Apply pending migrations that sort before applied ones. */
  readonly allowOutOfOrder?: boolean | undefined
  /** Migrations for other environments are skipped. Absent: only those for all environments run. */
  readonly environment?: string | undefined
  /** Engine of the database: migrations for another one are skipped. */
  readonly engine?: string | undefined
}

export interface DownRequest {
  readonly direction: 'down'
  /** Versions to roll back, in any order. */
  readonly versions: readonly string[]
  /** Roll back with a down that was edited since it was applied. */
  readonly acceptChangedDown?: boolean | undefined
}

export type PlanRequest = UpRequest | DownRequest

/** One direction of one migration. */
export interface Step {
  readonly id: string
  readonly direction: Direction
  readonly migration: Migration
  /** Where the SQL comes from: the source, or what was kept in the database when it was applied. */
  readonly script: 'source' | 'kept'
  /** For a retry: how many of its statements finished in an attempt before, and are not run again. */
  readonly done?: number | undefined
  /** For a retry: trace of the statement behind those, which was begun and may have taken effect. */
  readonly trace?: string | undefined
}

/** What would be done, in order, as data. */
export interface Plan {
  readonly direction: Direction
  /** Id of the newest applied migration before and after, null where there is none. */
  readonly before: string | null
  readonly after: string | null
  readonly steps: readonly Step[]
  /** Pending migrations that are for another environment or engine. */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  readonly findings: readonly Finding[]
}

/**
 * Decides what to do, from data alone. Findings that are `blocking` mean that nothing may be executed.
 * Throws MIGRATION_UNKNOWN, MIGRATION_AMBIGUOUS and USAGE for a request that makes no sense.
 */
export function plan(state: MigrationState, request: PlanRequest): Plan {
  return request.direction === 'up' ? planUp(state, request) : planDown(state, request)
}
