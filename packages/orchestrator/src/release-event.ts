import type { RunEvent } from '@whimbrel/core'
import type { ReleasePlan } from './plan/release-plan.ts'
import type { RecoveryReport } from './recovery/recovery-report.ts'

/** What a run over several databases tells: the events of each database, and its own. */
export type ReleaseEvent =
  | (RunEvent & { readonly database: string })
  /** The plan is settled; for an atomic run under all locks. */
  | { readonly type: 'release-started'; readonly runId: string; readonly plan: ReleasePlan }
  /** Everything is applied and checked, and from here on all databases will be at the new state. */
  | { readonly type: 'release-decided'; readonly runId: string; readonly databases: readonly string[] }
  /** A run that was interrupted is about to be finished or taken back. */
  | { readonly type: 'recovery-started'; readonly runId: string; readonly databases: readonly string[] }
  | { readonly type: 'recovery-finished'; readonly report: RecoveryReport }
