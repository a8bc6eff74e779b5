export {
  addColumn,
  alterColumn,
  type Bundle,
  type CodeMigration,
  type CodeSession,
  codeSource,
  combinedSource,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  dropTable,
  type ErrorCode,
  execute,
  MigrateError,
  renameColumn,
  renameTable,
  reverse,
  type Source,
} from '@whimbrel/core'
export { folderSource } from '@whimbrel/core/fs'
export type { ReleaseEvent } from '@whimbrel/orchestrator'
export type { Handle } from './handles.ts'
export { migrate } from './migrate.ts'
export { type OpenDatabaseOptions, openDatabase } from './open-database.ts'
export { type OpenDatabases, openDatabases } from './open-databases.ts'
export type { DatabaseHooks, DatabasesOptions, MigrateOptions, Mode } from './start-options.ts'
export type { DatabaseStart, StartReport } from './start-report.ts'
export { type DatabaseStanding, status } from './status.ts'
