export { type ErrorCode, errorCodes } from './error-codes.ts'
export { type ErrorDetails, MigrateError, type MigrateErrorOptions } from './migrate-error.ts'
export type { NamedMigration } from './migration-file/assemble-migration.ts'
export { markerLines } from './migration-file/marker.ts'
export {
  type MigrationName,
  type NameOptions,
  parseMigrationName,
  type VersionStyle,
} from './migration-file/migration-name.ts'
export { type MigrationTexts, parseParts, type TextOfFile } from './migration-file/parse-parts.ts'
export { parseSingleFile } from './migration-file/parse-single-file.ts'
export { type Applied, currentId, type HistoryEntry, type KeptSql } from './model/applied.ts'
export type { Dialect, Lexis, Quotation, Refusal, ScriptMode, StatementRule } from './model/dialect.ts'
export { type Finding, findingOf, refusal } from './model/finding.ts'
export {
  compareVersions,
  type Dependency,
  type Direction,
  type Metadata,
  type Migration,
} from './model/migration.ts'
export type { Script, Statement } from './model/script.ts'
export type { TransactionMode } from './model/transaction-mode.ts'
export { waysOut } from './plan/doubt.ts'
export { examine } from './plan/examine.ts'
export { withOwnDependencies } from './plan/own-dependencies.ts'
export { ownOrder } from './plan/own-order.ts'
export {
  type DownRequest,
  type MigrationState,
  type Plan,
  type PlanRequest,
  plan,
  type Step,
  type UpRequest,
} from './plan/plan.ts'
export { type BegunStatements, planRetry, type RetryRequest } from './plan/plan-retry.ts'
export type { CodeSession, MigrationFunction } from './ports/code-session.ts'
export type {
  Capabilities,
  Damage,
  DatabaseStatistics,
  Diagnosis,
  Driver,
  ForeignKeyViolation,
  Inspector,
  IntegrityProblem,
  Lock,
  LockOptions,
  LockOwner,
  RowCount,
  ScriptFacts,
  Session,
  SqlValue,
  StatementOptions,
  StatementSettler,
  StopSignal,
  TableStatistics,
  TransactionOptions,
  TwoPhase,
  VerifyScope,
  Watch,
  WatchOptions,
} from './ports/driver.ts'
export { interrupted, statementInterrupted } from './ports/interrupted.ts'
export { type Lockable, type LockHolder, waitForLock } from './ports/lock-waiting.ts'
export { type MemoryVersionTracker, memoryVersionTracker } from './ports/memory-version-tracker.ts'
export type { OtherPlace, PreparedRun, RunJournal } from './ports/run-journal.ts'
export type {
  DatabaseContent,
  EngineVersion,
  ExamineOptions,
  RestoreOptions,
  SnapshotObstacle,
  SnapshotOptions,
  SnapshotProgress,
  Snapshots,
  TableContent,
} from './ports/snapshots.ts'
export type {
  MigrationContent,
  ParsedMigration,
  Remark,
  Source,
  SourceEntry,
  SourceListing,
  Warning,
} from './ports/source.ts'
export type {
  Attempt,
  Begun,
  Finished,
  Outcome,
  RunIdentity,
  VersionTracker,
} from './ports/version-tracker.ts'
export { resolveId } from './resolve-id.ts'
export { combineSafeguards } from './run/combine-safeguards.ts'
export type { Coordination } from './run/coordination.ts'
export { type Decide, refuseProblems } from './run/decide.ts'
export type { RunEvent } from './run/events.ts'
export { checkHooks, type HookContext, type Hooks, type RunHookContext } from './run/hooks.ts'
export { type LoadedMigrations, type LoadOptions, loadMigrations } from './run/load-migrations.ts'
export type { MigrationNames, RunOptions } from './run/look.ts'
export {
  type Amendment,
  type DatabaseStatus,
  MigrationRunner,
  type UpOptions,
} from './run/migration-runner.ts'
export { retry } from './run/retry.ts'
export { type RunReport, reportOf, type StepReport } from './run/run-report.ts'
export type { MigrationRunnerOptions, Runner } from './run/runner-options.ts'
export type {
  Safeguard,
  SafeguardContext,
  SafeguardEnd,
  SafeguardPreview,
  SafeguardStep,
  Safety,
} from './run/safeguard.ts'
export { type ScriptContext, ScriptRunner, type ScriptWork } from './run/script-runner.ts'
export { shielded } from './run/shielded.ts'
export { stepGroups } from './run/step-groups.ts'
export type { StepVerifier } from './run/step-runner.ts'
export { keptSqlOf } from './run/step-sql.ts'
export { canonicalSql } from './schema/canonical-sql.ts'
export { describeColumn } from './schema/column-description.ts'
export { compareSchemas } from './schema/compare-schemas.ts'
export {
  type DatabaseSchema,
  primaryKey,
  type SchemaColumn,
  type SchemaKind,
  type SchemaObject,
  schemaKinds,
  withoutTables,
} from './schema/database-schema.ts'
export { nameKey } from './schema/fold-name.ts'
export { referenceTo } from './schema/reference-to.ts'
export type { SchemaChange } from './schema/schema-change.ts'
export { tidySql } from './schema/tidy-sql.ts'
export { readServerUrl, type ServerUrl, type ServerUrlForm } from './server-url.ts'
export type { Bundle, BundledDatabase, BundledFiles, BundledMigration } from './sources/bundle/bundle.ts'
export { bundleModule, bundleModuleMark, type ModuleLanguage } from './sources/bundle/bundle-module.ts'
export { bundleSource } from './sources/bundle/bundle-source.ts'
export { type DatabaseToBundle, makeBundle } from './sources/bundle/make-bundle.ts'
export type {
  CodeChange,
  CodeMetadata,
  CodeMigration,
  ReversedMigration,
  WrittenMigration,
} from './sources/code/code-migration.ts'
export { type CodeSourceOptions, codeSource } from './sources/code/code-source.ts'
export type {
  AddColumn,
  AddedColumnDefinition,
  AlterColumn,
  ColumnDefinition,
  ColumnReference,
  CreateIndex,
  CreateTable,
  DefaultValue,
  DropColumn,
  DropIndex,
  DropTable,
  ExecuteSql,
  ForeignKeyDefinition,
  IndexOptions,
  IrreversibleOperation,
  KeyAction,
  Operation,
  RenameColumn,
  RenameTable,
  ReversibleOperation,
  TableOptions,
  TypeChange,
} from './sources/code/operations/operation.ts'
export {
  addColumn,
  alterColumn,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  dropTable,
  execute,
  renameColumn,
  renameTable,
} from './sources/code/operations/operations.ts'
export { reverse } from './sources/code/operations/reverse-operation.ts'
export { combinedSource } from './sources/combined-source.ts'
export { tokenChecksum } from './sql/checksum.ts'
export { mysqlDialect } from './sql/mysql-dialect.ts'
export { postgresDialect } from './sql/postgres-dialect.ts'
export { checkProtectedTables } from './sql/protected-tables.ts'
export { quoteName } from './sql/quote-name.ts'
export { scriptFacts } from './sql/script-facts.ts'
export { shownStatement } from './sql/shown-statement.ts'
export { type SqlToken, sqlTokens } from './sql/sql-tokens.ts'
export { sqliteDialect } from './sql/sqlite-dialect.ts'
export { type ToScriptOptions, toScript } from './sql/to-script.ts'
export { withoutYielding } from './sql/without-yielding.ts'
export { suggest } from './suggest.ts'
export { checkOptionNames, usage } from './usage.ts'
