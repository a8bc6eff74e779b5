import { existsSync } from 'node:fs'
import { MigrateError } from '@whimbrel/core'
import type { Place } from './place.ts'

/** The error where the file is not the one that was opened. */
export function databaseReplaced({ location, path }: Place, cause?: unknown): MigrateError {
  const what = path === undefined || !existsSync(path) ? 'was removed' : 'was replaced by another file'
  return new MigrateError('DATABASE_REPLACED', `${location} ${what} while it was open`, {
    hint: 'Find out what moves the file, see which one is right, and run the command again',
    cause,
  })
}
