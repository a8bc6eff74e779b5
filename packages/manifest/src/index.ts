export { type DatabaseFromUrlOptions, databaseFromUrl } from './database-from-url.ts'
export { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts'
export { parseDuration } from './duration.ts'
export { type FindManifestOptions, findManifest } from './find-manifest.ts'
export type {
  BackupSettings,
  DatabaseEntry,
  Engine,
  Layout,
  Manifest,
  PragmaValue,
  Release,
  TransactionMode,
} from './manifest.ts'
export { manifestJsonSchema } from './manifest-json-schema.ts'
export { portableManifest } from './portable-manifest.ts'
export {
  type ParseManifestOptions,
  parseManifest,
  type ReadManifestOptions,
  readManifest,
} from './read-manifest.ts'
export { redactUrl } from './redact-url.ts'
export { selectDatabases } from './select-databases.ts'
