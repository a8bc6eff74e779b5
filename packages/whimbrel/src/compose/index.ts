export { backupsOf } from './backups-of.ts'
export { type ComposedDatabase, type ComposeOptions, composeDatabase } from './compose-database.ts'
export { lossSafeguardOf } from './loss-safeguard-of.ts'
