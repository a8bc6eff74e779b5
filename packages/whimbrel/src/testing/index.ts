export { type AroundMigrationOptions, aroundMigration } from './around-migration.ts'
export {
  assertApplied,
  assertColumn,
  assertForeignKeysHold,
  assertIndex,
  assertNoColumn,
  assertNoIndex,
  assertNoTable,
  assertNoTrigger,
  assertNoView,
  assertPending,
  assertRowCount,
  assertSchemaEqual,
  assertTable,
  assertTrigger,
  assertView,
} from './assertions.ts'
export { createTestDatabase, type DatabaseOptions, type TestDatabaseOptions } from './create-test-database.ts'
export type { ExpectedColumn } from './expectations/has-column.ts'
export type { ExpectedIndex } from './expectations/has-index.ts'
export { type FullCycleOptions, fullCycle } from './full-cycle.ts'
export type { ImageCacheOptions } from './image-store.ts'
export { type DatabaseMatchers, databaseMatchers } from './matchers.ts'
export { type SchemaSnapshotOptions, schemaSnapshot } from './schema-snapshot.ts'
export type { DatabaseHandle, MigrationRef, TestDatabase } from './test-database.ts'
export type { GivenMigrations, ManifestMigrations, TestMigrations } from './test-source.ts'
export type { TestedDatabase } from './tested-database.ts'
