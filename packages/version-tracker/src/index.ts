export type { Acceptance } from './accept-checksum.ts'
export type { Decision } from './baseline.ts'
export {
  type Application,
  type AvailableMigration,
  checkCurrent,
  checkNotAhead,
} from './check-current.ts'
export { type ConsentQuestion, type ConsentReason, consentNeeded } from './consent-needed.ts'
export {
  type DatabaseVersion,
  type DatabaseVersionOptions,
  databaseVersion,
} from './database-version.ts'
export { type RecognisedTable, recogniseTable, type TableColumn } from './recognise-table.ts'
export type { Settlement } from './settle.ts'
export { type SqlVersionTracker, sqlVersionTracker } from './sql-version-tracker.ts'
export type { Stamp, Use } from './stamp.ts'
export type { StampOptions } from './stamp-table.ts'
export type { SqlVersionTrackerOptions } from './tracker-options.ts'
