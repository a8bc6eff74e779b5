import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MigrateError, type SourceEntry } from '@whimbrel/core'
import type { Layout } from '@whimbrel/core/fs'

export interface NewMigration {
  /** As typed: `add user roles`. */
  readonly title: string
  readonly layout: Layout
  readonly timestamp: boolean
  /** What exists already. */
  readonly entries: readonly Pick<SourceEntry, 'id' | 'version'>[]
  readonly now: Date
}

/** A file to be written, relative to the folder of the migrations. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** Decides the id and the files of a new migration. Throws USAGE for a title without a letter or with a separator. */
export function newMigration(wanted: NewMigration): {
  readonly id: string
  readonly files: readonly NewFile[]
} {
  const digits = wanted.timestamp ? stamp(wanted.now) : nextDigits(wanted.entries)
  const id = `${digits}_${nameOf(wanted.title)}`
  return { id, files: filesOf(id, wanted) }
}

/** Writes files that do not exist yet; writes none when one does. Throws FILE_EXISTS. */
export function writeNewFiles(directory: string, files: readonly NewFile[]): readonly string[] {
  return files.map(({ path, text }) => {
    const target = join(directory, path)
    mkdirSync(dirname(target), { recursive: true })
    writeNew(target, text)
    return target
  })
}

function writeNew(path: string, text: string): void {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, text)
    closeSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new MigrateError('FILE_EXISTS', `${path} exists already`, {
        hint: 'Choose another name, or edit the file that is there',
        details: { file: path },
        cause: error,
      })
    }
    throw new MigrateError('MIGRATION_UNREADABLE', `${path} cannot be written: ${(error as Error).message}`, {
      hint: 'Check that the folder may be written to and that the disk has room',
      details: { file: path },
      cause: error,
    })
  }
}

function nameOf(title: string): string {
  if (/[/\\\0]/.test(title)) {
    throw new MigrateError('USAGE', `"${title}" is a path, and a name is needed`, {
      hint: 'Give a few words: whimbrel create "add user roles"',
    })
  }
  const name = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (name !== '') return name
  throw new MigrateError('USAGE', `A migration cannot be named from "${title}"`, {
    hint: 'Give a few words: whimbrel create "add user roles"',
  })
}

function nextDigits(entries: readonly Pick<SourceEntry, 'id' | 'version'>[]): string {
  const last = entries.at(-1)
  if (last === undefined) return '001'
  const width = /^\d+/.exec(last.id)?.[0].length ?? 3
  const next = (BigInt(last.version) + 1n).toString().padStart(width, '0')
  if (next.length <= 18) return next
  throw new MigrateError('MIGRATION_NAME', `No number of 18 digits comes after ${last.id}`, {
    hint: 'Use --timestamp, or give the newest migration a smaller number before it is applied anywhere',
  })
}

function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replace(/\D/g, '')
}

function filesOf(id: string, { layout, title, now }: NewMigration): readonly NewFile[] {
  const description = title.trim().replace(/\s+/g, ' ')
  const date = now.toISOString().slice(0, 10)
  if (layout === 'directory') {
    return [
      { path: join(id, 'up.sql'), text: '' },
      { path: join(id, 'down.sql'), text: '' },
      {
        path: join(id, 'metadata.toml'),
        text: `description = ${JSON.stringify(description)}\ndate = "${date}"\n`,
      },
    ]
  }
  const header = `-- Migration: ${id}\n-- Description: ${description}\n-- Date: ${date}\n`
  if (layout === 'paired') {
    return [
      { path: `${id}.sql`, text: `${header}\n` },
      { path: `${id}_down.sql`, text: '' },
    ]
  }
  return [
    { path: `${id}.sql`, text: `${header}\n-- === UP MIGRATION ===\n\n\n-- === DOWN MIGRATION ===\n\n` },
  ]
}
