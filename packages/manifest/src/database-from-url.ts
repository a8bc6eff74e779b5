import { basename, dirname, extname, resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { defaultBackup } from './backup-settings.ts'
import { parseDatabaseUrl } from './database-url.ts'
import type { DatabaseEntry } from './manifest.ts'
import { defaultsFor } from './resolve-database.ts'

export interface DatabaseFromUrlOptions {
  /** Folder that relative paths are relative to. */
  readonly cwd: string
  readonly url: string
  /** Folder of the migrations. */
  readonly migrations: string
  /** Default: the name of the file without its extension, or of the server's database. */
  readonly name?: string | undefined
}

/**
 * One database without a manifest, with the same defaults as in one.
 *
 * @throws USAGE, DRIVER_UNKNOWN
 */
export function databaseFromUrl({ cwd, url, migrations, name }: DatabaseFromUrlOptions): DatabaseEntry {
  if (migrations.trim() === '') {
    throw new MigrateError('USAGE', 'The folder of the migrations is empty', {
      hint: 'Name it with --migrations FOLDER',
    })
  }
  const place = parseDatabaseUrl(url, cwd)
  const called = name ?? nameOf(place.path ?? new URL(place.url).pathname)
  const folders = [resolve(cwd, migrations)] as const
  const directory = place.path === undefined ? cwd : dirname(place.path)
  const backup = defaultBackup(called, { directory, place, migrations: folders })
  return {
    name: called,
    ...place,
    migrations: folders,
    ...defaultsFor(place.engine),
    driftIgnore: [],
    ...(backup && { backup }),
  }
}

function nameOf(path: string): string {
  const stem = basename(path, extname(path))
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(stem) ? stem : 'database'
}
