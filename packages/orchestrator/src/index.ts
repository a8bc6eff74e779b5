export type { KnownDatabase, UnknownState } from './plan/known-database.ts'
export { planRelease } from './plan/plan-release.ts'
export type { UpLimit, UpPlanRequest } from './plan/plan-up-release.ts'
export type {
  Release,
  ReleaseFinding,
  ReleasePart,
  ReleasePhase,
  ReleasePlan,
  ReleaseStep,
} from './plan/release-plan.ts'
export { type PlanAgainContext, planAgain } from './plan-file/plan-again.ts'
export { readReleasePlan } from './plan-file/read-release-plan.ts'
export {
  type PlanFileContext,
  type PlannedDatabase,
  type PlannedStep,
  type ReleasePlanFile,
  releasePlanFile,
} from './plan-file/release-plan-file.ts'
export type { StartingPoint } from './plan-file/starting-point.ts'
export type { RecoveredDatabase, RecoveryReport, UnfinishedRun } from './recovery/recovery-report.ts'
export type { ReleaseDatabase } from './release-database.ts'
export type { ReleaseEvent } from './release-event.ts'
export type { DatabaseReport, ReleaseReport } from './release-report.ts'
export type {
  DownReleaseRequest,
  PlannedReleaseRequest,
  ReleaseRequest,
  UpReleaseRequest,
} from './release-request.ts'
export { type ReleasePreview, ReleaseRunner, releaseOf } from './release-runner.ts'
export type { ReleaseRunnerOptions } from './release-runner-options.ts'
