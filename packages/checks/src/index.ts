export { type CheckOptions, type CheckReport, checkMigrations } from './cycle/check-migrations.ts'
export type { CheckedMigration } from './cycle/checked-migration.ts'
export { type DriftOptions, type DriftReport, drift } from './drift/drift.ts'
export { cacheDirectory, fileReplayCache } from './drift/file-replay-cache.ts'
export { type IgnoreRule, ignoreRule } from './drift/ignore-rules.ts'
export type { ReplayCache } from './drift/replay-cache.ts'
export { type LintOptions, type LintReport, lint } from './lint/lint.ts'
export type { LintFinding, LintLevel } from './lint/lint-finding.ts'
export type { LintRule } from './lint/lint-rule.ts'
export { lintRules } from './lint/rules/index.ts'
export { mysqlLintRules } from './lint/rules/mysql/index.ts'
export { postgresLintRules } from './lint/rules/postgres/index.ts'
export {
  type FilledTable,
  type FillOptions,
  type FillReport,
  fillTables,
  type RefusedTable,
} from './rows/fill-tables.ts'
