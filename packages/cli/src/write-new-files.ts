import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import type { NewFile } from './new-migration.ts'

/** Writes files that do not exist yet, all or none, and returns their paths. Throws FILE_EXISTS. */
export function writeNewFiles(directory: string, files: readonly NewFile[]): readonly string[] {
  const targets = files.map(({ path, text }) => ({ path: resolve(directory, path), text }))
  const there = targets.find(({ path }) => existsSync(path))
  if (there !== undefined) throw fileExists(there.path)
  const written: string[] = []
  try {
    for (const { path, text } of targets) {
      writeNew(path, text)
      written.push(path)
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true })
    throw error
  }
  return written
}

function writeNew(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(path, 'wx')
    try {
      writeSync(file, text)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code, path: there = path } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw fileExists(there, error)
    throw new MigrateError('MIGRATION_UNREADABLE', `${path} cannot be written: ${(error as Error).message}`, {
      hint: 'Check that the folder may be written to and that the disk has room',
      details: { file: path },
      cause: error,
    })
  }
}

function fileExists(path: string, cause?: unknown): MigrateError {
  return new MigrateError('FILE_EXISTS', `${path} exists already`, {
    hint: 'Choose another name, or edit the file that is there',
    details: { file: path },
    cause,
  })
}
