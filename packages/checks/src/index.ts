export { type CheckOptions, type CheckReport, checkMigrations } from './cycle/check-migrations.ts'
export type { CheckedMigration } from './cycle/checked-migration.ts'
export {
  type FilledTable,
  type FillOptions,
  type FillReport,
  fillTables,
  type RefusedTable,
} from './rows/fill-tables.ts'
