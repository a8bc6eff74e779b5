import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { DatabaseSettings } from './database-settings.ts'
import type { DatabaseUrl } from './database-url.ts'
import { quote } from './json-node.ts'
import { type BackupSettings, backupMoments } from './manifest.ts'
import { ageForm, readAge, readSize, sizeForm } from './measures.ts'
import { realFolder } from './real-folder.ts'

/** What the folder of the backups must keep away from. */
interface Neighbours {
  /** Folder that paths are relative to. */
  readonly directory: string
  readonly place: DatabaseUrl
  /** Absolute folder. */
  readonly migrations: readonly string[]
}

/**
 * Backups of one database as they are configured, or as they are where nobody says so; undefined where none can be made.
 * What is wrong is reported to the settings.
 */
export function readBackup(settings: DatabaseSettings, neighbours: Neighbours): BackupSettings | undefined {
  if (!hasBackups(neighbours.place)) return undefined
  const maxAgeMs = readMeasure(settings, 'backup.maxAge', { read: readAge, what: 'an age', form: ageForm })
  const maxBytes = readMeasure(settings, 'backup.maxSize', { read: readSize, what: 'a size', form: sizeForm })
  return {
    directory: readDirectory(settings, neighbours),
    keep: Number(settings.value('backup.keep') ?? 30),
    before: settings.choice('backup.before', backupMoments) ?? 'destructive',
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(maxBytes !== undefined && { maxBytes }),
  }
}

/** Backups where nothing is configured: beside `directory`, but never among the migrations. */
export function defaultBackup(
  name: string,
  { directory, place, migrations }: Neighbours,
): BackupSettings | undefined {
  if (!hasBackups(place)) return undefined
  const near = resolve(directory, 'backups', name)
  const around = migrations.find((folder) => isWithin(near, folder))
  const clear = around === undefined ? near : join(dirname(around), `${basename(around)}-backups`, name)
  return { directory: clear, keep: 30, before: 'destructive' }
}

/** A database in memory has none. */
function hasBackups({ engine, path }: DatabaseUrl): boolean {
  return engine !== 'sqlite' || (path !== undefined && path !== ':memory:')
}

function readDirectory(settings: DatabaseSettings, neighbours: Neighbours): string {
  const written = settings.text('backup.directory')
  const fallback = defaultBackup(settings.name, neighbours)?.directory ?? neighbours.directory
  if (written === undefined) return fallback
  const directory = resolve(neighbours.directory, written)
  const hint = 'Give a folder of its own, such as backups'
  if (neighbours.migrations.some((folder) => isWithin(directory, folder))) {
    const text = `is ${quote(written)}, which is inside the folder of the migrations`
    settings.report('backup.directory', { text, hint })
  } else if (neighbours.place.path !== undefined && samePlace(directory, neighbours.place.path)) {
    settings.report('backup.directory', { text: `is ${quote(written)}, which is the database itself`, hint })
  }
  return directory
}

function isWithin(directory: string, folder: string): boolean {
  const between = relative(realFolder(folder), realFolder(directory))
  return (
    between === '' || (between !== '..' && !between.startsWith(`..${sep}`) && resolve(between) !== between)
  )
}

function samePlace(a: string, b: string): boolean {
  return realFolder(a) === realFolder(b)
}

function readMeasure(
  settings: DatabaseSettings,
  key: string,
  { read, what, form }: { read: (text: string) => number | undefined; what: string; form: string },
): number | undefined {
  const text = settings.text(key)
  const value = text === undefined ? undefined : read(text)
  if (text !== undefined && value === undefined) {
    settings.report(key, { text: `is ${quote(text)}, which is not ${what}`, hint: `Write ${form}` })
  }
  return value
}
