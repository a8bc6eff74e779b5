export type { Applied, HistoryEntry, KeptSql } from './applied.ts'
export type { Dialect } from './dialect.ts'
export type {
  Capabilities,
  Damage,
  Driver,
  ForeignKeyViolation,
  Inspector,
  IntegrityProblem,
  Lock,
  LockOptions,
  LockOwner,
  ScriptFacts,
  Session,
  SqlValue,
  StopSignal,
  TransactionOptions,
  Watch,
  WatchOptions,
} from './driver.ts'
export { type ErrorCode, errorCodes } from './error-codes.ts'
export { type ErrorDetails, MigrateError, type MigrateErrorOptions } from './migrate-error.ts'
export {
  compareVersions,
  type Dependency,
  type Direction,
  type Metadata,
  type Migration,
} from './migration.ts'
export { resolveId } from './resolve-id.ts'
export type { Script, Statement } from './script.ts'
export type {
  MigrationContent,
  ParsedMigration,
  Source,
  SourceEntry,
  SourceListing,
  Warning,
} from './source.ts'
export { suggest } from './suggest.ts'
export type { Attempt, RunIdentity, VersionTracker } from './version-tracker.ts'
