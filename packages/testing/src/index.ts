export { describeDriver } from './driver-conformance/describe-driver.ts'
export { type DriverCase, driverCases, type Without } from './driver-conformance/driver-case.ts'
export type { DriverFixture, DriverSql } from './driver-conformance/driver-fixture.ts'
export { exampleAttempt, exampleMigration } from './example-migration.ts'
export { type KillHarnessOptions, type KillMoment, type KillReport, killRepeatedly } from './kill-harness.ts'
export {
  type EndedProcess,
  type ProcessOptions,
  type StartedProcess,
  startProcess,
} from './kill-harness-process.ts'
export { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'
export { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
export type { TrackerFixture, TrackerName } from './tracker-conformance/tracker-fixture.ts'
export { describeVersionTracker } from './tracker-conformance.ts'
