export { describeDriver } from './driver-conformance/describe-driver.ts'
export type { DriverFixture, DriverSql } from './driver-conformance/driver-fixture.ts'
export { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'
export { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
