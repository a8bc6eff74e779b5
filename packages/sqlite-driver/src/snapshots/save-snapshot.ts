import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { MigrateError, type SnapshotOptions } from '@whimbrel/core'
import type { DatabaseFile } from '../database-file.ts'
import { engineCode, translateError, unreachable } from '../error-translation.ts'
import { openForReading, type ReadingOptions } from '../open-for-reading.ts'
import type { Place } from '../place.ts'
import { syncAsSingleFile, syncDirectoryOf } from './sync.ts'
import { transfer } from './transfer.ts'

export interface SaveOptions extends SnapshotOptions {
  readonly reading: ReadingOptions
}

/** Writes the database as it is now into a new file, from a connection of its own. */
export async function saveSnapshot(file: DatabaseFile, path: string, options: SaveOptions): Promise<void> {
  refuseExisting(path)
  const { handle, dispose } = openForReading(file, options.reading)
  try {
    // Every step below sees what the first read of this transaction sees.
    handle.exec('BEGIN')
    handle.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    await transfer(handle, path, options)
    syncAsSingleFile(path)
    syncDirectoryOf(path)
  } catch (error) {
    for (const suffix of ['', '-journal']) rmSync(path + suffix, { force: true })
    throw saveError(error, { file, path })
  } finally {
    dispose()
  }
}

function refuseExisting(path: string): void {
  const place: Place = { location: path, path }
  if (!existsSync(dirname(path))) throw unreachable(undefined, place)
  if (!existsSync(path)) return
  throw new MigrateError('FILE_EXISTS', `There is already something at ${path}`, {
    hint: 'Move it away, or give another name: nothing is overwritten',
  })
}

/** Reading fails at the database, everything else at the copy. */
function saveError(error: unknown, { file, path }: { file: DatabaseFile; path: string }): MigrateError {
  const atSource = /^SQLITE_(CORRUPT|NOTADB|BUSY|LOCKED)/.test(engineCode(error))
  return translateError(error, atSource ? file : { location: path, path })
}
