import { dirname, join } from 'node:path'
import type { BackupSettings, DatabaseEntry } from '@whimbrel/manifest'

/** Where backups and kept rows of a database go: what the manifest says, or a folder of its own beside it. */
export function backupPlace(
  { backup, name, path }: DatabaseEntry,
  place: { readonly manifestDirectory: string | undefined; readonly cwd: string },
): BackupSettings {
  if (backup !== undefined) return backup
  const beside = path === undefined || path === ':memory:' ? place.cwd : dirname(path)
  const directory = join(place.manifestDirectory ?? beside, 'backups', name)
  return { directory, keep: 30, before: 'destructive' }
}
