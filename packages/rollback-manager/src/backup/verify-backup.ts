import type { EngineVersion } from '@whimbrel/core'
import { damagedBackup, foreignBackup, newerBackup } from './backup-errors.ts'
import { type Backup, backupAt } from './backup-folder.ts'
import type { BackupManifest } from './backup-manifest.ts'
import { sha256Of } from './durable-files.ts'

/** Where a backup is to be used. */
interface Here {
  readonly database: string
  readonly toolVersion: string
  readonly engine: EngineVersion
}

/** What tells one database from another. */
type Identity = Pick<BackupManifest, 'database' | 'instance'>

const problems: Readonly<Record<Exclude<Backup['state'], 'newer' | 'complete'>, string>> = {
  truncated: 'its size is not the one that was written, so it is cut off or was changed',
  'file-missing': 'the file is gone, only its manifest is there',
  'manifest-missing': 'the manifest beside it is gone, so that nothing says what it should be',
  unreadable: 'the manifest beside it cannot be read',
  edited: 'the manifest beside it was changed after it was written',
}

/** The manifest of a backup that is what was written. Throws BACKUP_DAMAGED, BACKUP_FOREIGN, BACKUP_NEWER. */
export async function verifyBackup(path: string, here: Here): Promise<BackupManifest> {
  const { state, manifest } = await backupAt(path)
  if (state === 'newer') {
    throw newerBackup(path, { made: 'a newer release', here: `release ${here.toolVersion}` })
  }
  if (state !== 'complete') throw damagedBackup(path, problems[state])
  if (manifest === undefined) throw damagedBackup(path, problems.unreadable)
  refuseForeign(path, { of: manifest, here: { database: here.database, instance: null } })
  refuseOtherEngine(path, manifest.engine, here.engine)
  if ((await sha256Of(path)) === manifest.file.sha256) return manifest
  throw damagedBackup(path, 'its bytes are not those that were written')
}

/** Throws BACKUP_FOREIGN for a backup of another database; an instance that is not known is no other one. */
export function refuseForeign(path: string, { of, here }: { of: Identity; here: Identity }): void {
  if (of.database !== here.database) throw foreignBackup(path, { of: of.database, here: here.database })
  if (of.instance === null || here.instance === null || of.instance === here.instance) return
  const named = ({ database, instance }: Identity) => `${database} with the instance id ${instance}`
  throw foreignBackup(path, { of: named(of), here: named(here) })
}

function refuseOtherEngine(path: string, made: EngineVersion, here: EngineVersion): void {
  const named = ({ name, version }: EngineVersion) => `${name} ${version}`
  if (made.name !== here.name) throw foreignBackup(path, { of: named(made), here: named(here) })
  if (isNewer(made, here)) throw newerBackup(path, { made: named(made), here: named(here) })
}

/** What comes behind these numbers of a version does not change how a copy is read: of PostgreSQL the first counts. */
function isNewer(made: EngineVersion, here: EngineVersion): boolean {
  const count = made.name === 'postgres' ? 1 : 2
  const numbers = ({ version }: EngineVersion) => version.split('.').slice(0, count).map(Number)
  const [[major = 0, minor = 0], [ownMajor = 0, ownMinor = 0]] = [numbers(made), numbers(here)]
  return major === ownMajor ? minor > ownMinor : major > ownMajor
}
