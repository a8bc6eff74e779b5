export type { Applied, HistoryEntry, KeptSql } from './applied.ts'
export type { NamedMigration } from './assemble-migration.ts'
export type { Dialect, Lexis, Quotation, Refusal, ScriptMode, StatementRule } from './dialect.ts'
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
  VerifyScope,
  Watch,
  WatchOptions,
} from './driver.ts'
export { type ErrorCode, errorCodes } from './error-codes.ts'
export type { RunEvent } from './events.ts'
export { examine } from './examine.ts'
export { type Finding, findingOf, refusal } from './finding.ts'
export type { HookContext, Hooks } from './hooks.ts'
export { type LoadedMigrations, type LoadOptions, loadMigrations } from './load-migrations.ts'
export { markerLines } from './marker.ts'
export { type MemoryVersionTracker, memoryVersionTracker } from './memory-version-tracker.ts'
export { type ErrorDetails, MigrateError, type MigrateErrorOptions } from './migrate-error.ts'
export {
  compareVersions,
  type Dependency,
  type Direction,
  type Metadata,
  type Migration,
} from './migration.ts'
export {
  type MigrationName,
  type NameOptions,
  parseMigrationName,
  type VersionStyle,
} from './migration-name.ts'
export {
  type Amendment,
  type DatabaseStatus,
  type MigrationNames,
  MigrationRunner,
  type MigrationRunnerOptions,
  type Runner,
  type RunOptions,
  type UpOptions,
} from './migration-runner.ts'
export { type MigrationTexts, parseParts, type TextOfFile } from './parse-parts.ts'
export { parseSingleFile } from './parse-single-file.ts'
export {
  type DownRequest,
  type MigrationState,
  type Plan,
  type PlanRequest,
  plan,
  type Step,
  type UpRequest,
} from './plan.ts'
export { resolveId } from './resolve-id.ts'
export { type RunReport, reportOf, type StepReport } from './run-report.ts'
export type { Script, Statement } from './script.ts'
export type {
  MigrationContent,
  ParsedMigration,
  Source,
  SourceEntry,
  SourceListing,
  Warning,
} from './source.ts'
export { tokenChecksum } from './sql/checksum.ts'
export { checkProtectedTables } from './sql/protected-tables.ts'
export { scriptFacts } from './sql/script-facts.ts'
export { sqliteDialect } from './sql/sqlite-dialect.ts'
export { type ToScriptOptions, toScript } from './sql/to-script.ts'
export type { TransactionMode } from './step-groups.ts'
export type { StepVerifier } from './step-runner.ts'
export { suggest } from './suggest.ts'
export type { Attempt, RunIdentity, VersionTracker } from './version-tracker.ts'
