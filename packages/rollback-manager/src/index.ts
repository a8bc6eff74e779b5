export { type Backup, backupAt } from './backup/backup-folder.ts'
export type { BackupManifest } from './backup/backup-manifest.ts'
export {
  type BackupSafeguardOptions,
  backupObstacle,
  backupSafeguard,
  withoutBackup,
} from './backup/backup-safeguard.ts'
export { Backups } from './backup/backups.ts'
export type {
  BackupLock,
  BackupProgress,
  BackupsOptions,
  CreateOptions,
  Restored,
  RestoreOptions,
  WorkOptions,
} from './backup/backups-options.ts'
export { contentDifference } from './backup/content-difference.ts'
export { choose, type RollbackSelection } from './choose.ts'
export type { Dependent, Impact, LostColumn, LostObject, LostTable, StepImpact } from './impact/impact.ts'
export { losesData } from './impact/impact.ts'
export { type ImpactContext, impactOf } from './impact/impact-of.ts'
export { type LossSafeguardOptions, lossSafeguard } from './kept-rows/loss-safeguard.ts'
export { type RefusedRows, type ReturnReport, returnRefusal } from './kept-rows/return-report.ts'
export { type ReturnOptions, returnRows } from './kept-rows/return-rows.ts'
export { mayDestroy } from './may-destroy.ts'
export { planRollback, type RollbackOptions, rollback } from './plan-rollback.ts'
export { expired, type Retained } from './retention/expired.ts'
export { checkRetentionPolicy, type RetentionPolicy } from './retention/retention-policy.ts'
export { rollbackVerifier } from './rollback-verifier.ts'
export { type SafeguardOptions, safeguard } from './safeguard.ts'
