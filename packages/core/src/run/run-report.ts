import { MigrateError } from '../migrate-error.ts'
import type { Finding } from '../model/finding.ts'
import type { Direction } from '../model/migration.ts'

export interface StepReport {
  readonly id: string
  readonly direction: Direction
  /** `undone`: it ran, and was taken back with its transaction. `not-run`: its turn did not come. */
  readonly outcome: 'applied' | 'reverted' | 'failed' | 'undone' | 'not-run'
  readonly durationMs?: number
  /** Rows inserted, updated and deleted, by triggers too. */
  readonly rowsChanged?: number
}

/** What a run did: what was applied, what failed, why. */
export interface RunReport {
  readonly runId: string
  readonly outcome: 'migrated' | 'rolled-back' | 'up-to-date' | 'failed' | 'undone'
  /** Id of the newest applied migration before and after, null where there is none. */
  readonly before: string | null
  readonly after: string | null
  readonly steps: readonly StepReport[]
  /** Findings that did not stop it. */
  readonly findings: readonly Finding[]
  /** Pending migrations that are for another environment or engine. */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  /** Path of the backup that was taken before. */
  readonly backup?: string
  /** Why it failed. */
  readonly error?: MigrateError
}

/** The report inside the error of a failed run; undefined when the error came before anything ran. */
export function reportOf(error: unknown): RunReport | undefined {
  if (!MigrateError.is(error)) return undefined
  const { report } = error.details
  return report === undefined ? undefined : (report as RunReport)
}
