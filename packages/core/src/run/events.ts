import type { MigrateError } from '../migrate-error.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { LockOwner } from '../ports/driver.ts'
import type { RunReport } from './run-report.ts'

/**
 * Everything that a run tells while it goes on: one closed union, so that a listener can be checked for
 * completeness. A listener is called synchronously, and what it throws changes nothing.
 */
export type RunEvent =
  | { readonly type: 'run-started'; readonly runId: string; readonly plan: Plan; readonly creates: boolean }
  | { readonly type: 'lock-waiting'; readonly holder: LockOwner | undefined }
  | { readonly type: 'step-started'; readonly step: Step; readonly index: number; readonly total: number }
  | {
      readonly type: 'statement-started'
      readonly step: Step
      /** 1-based. */
      readonly statement: number
      readonly statements: number
    }
  /** Done, but kept only when `committed` follows. */
  | {
      readonly type: 'step-finished'
      readonly step: Step
      readonly durationMs: number
      readonly rowsChanged: number
    }
  /** Others hold what it needs: what it did is undone, and it is tried again after a pause. */
  | {
      readonly type: 'step-delayed'
      readonly step: Step
      readonly error: MigrateError
      /** In milliseconds. */
      readonly pauseMs: number
    }
  | { readonly type: 'step-failed'; readonly step: Step; readonly error: MigrateError }
  | { readonly type: 'committed'; readonly steps: readonly Step[] }
  | { readonly type: 'run-finished'; readonly report: RunReport }
