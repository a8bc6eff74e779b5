import type { MigrateError, RunReport } from '@whimbrel/core'
import type { Release, ReleasePlan } from './plan/release-plan.ts'
import type { RecoveryReport } from './recovery/recovery-report.ts'

/** What became of one database. */
export interface DatabaseReport {
  readonly database: string
  /** `undone`: it was put back as it was because another database failed. `not-started`: its turn did not come. */
  readonly outcome: RunReport['outcome'] | 'not-started'
  /** Whether it was kept or undone together with others. */
  readonly release: Release
  /** Absent where nothing was begun. */
  readonly report?: RunReport
  /** Why this database failed. */
  readonly error?: MigrateError
}

/** What a run over several databases did. */
export interface ReleaseReport {
  readonly runId: string
  readonly ok: boolean
  readonly plan: ReleasePlan
  /** One for every database of the request, in its order. */
  readonly databases: readonly DatabaseReport[]
  /** It was decided that all databases of the atomic run are kept, and not all could be committed: the next run does that. */
  readonly unfinished: boolean
  /** What was done before to interrupted runs; usually there is none. */
  readonly recovered: readonly RecoveryReport[]
}
