import { join } from 'node:path'
import { MigrateError, type SourceEntry } from '@whimbrel/core'
import type { Layout } from '@whimbrel/core/fs'

export interface NewMigration {
  /** As in the file: `add_user_roles`. */
  readonly name: string
  /** As typed: `Add user roles`. */
  readonly title: string
  readonly layout: Layout
  readonly timestamp: boolean
  /** What exists already, by version. */
  readonly entries: readonly Pick<SourceEntry, 'id' | 'version'>[]
  readonly now: Date
}

/** A file to be written, relative to the folder of the migrations. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** File systems allow 255 bytes for a name; digits and endings need some of them. */
const LONGEST_NAME = 200

/** The part of the id after the digits. Throws USAGE for a title without a letter, too long, or with a separator. */
export function migrationName(title: string): string {
  if (/[/\\\0]/.test(title)) throw unfit(`${JSON.stringify(title)} is a path, and a name is needed`)
  const name = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (name === '') throw unfit(`A migration cannot be named from ${JSON.stringify(title)}`)
  if (name.length <= LONGEST_NAME) return name
  throw unfit(`The name has ${name.length} characters, and ${LONGEST_NAME} is the most`)
}

function unfit(message: string): MigrateError {
  return new MigrateError('USAGE', message, {
    hint: 'Give a few words of letters and digits: whimbrel create "add user roles"',
  })
}

/** Decides the id and the files of a new migration. */
export function newMigration(wanted: NewMigration): {
  readonly id: string
  readonly files: readonly NewFile[]
} {
  const digits = wanted.timestamp ? nextStamp(wanted) : nextDigits(wanted.entries)
  const id = `${digits}_${wanted.name}`
  return { id, files: filesOf(id, wanted) }
}

function nextDigits(entries: NewMigration['entries']): string {
  const last = entries.at(-1)
  if (last === undefined) return '001'
  const width = /^\d+/.exec(last.id)?.[0].length ?? 3
  const next = (BigInt(last.version) + 1n).toString().padStart(width, '0')
  if (next.length <= 18) return next
  throw new MigrateError('MIGRATION_NAME', `No number of 18 digits comes after ${last.id}`, {
    hint: 'Use --timestamp, or give the newest migration a smaller number before it is applied anywhere',
  })
}

/** The time to the second, or the next second that no migration has. */
function nextStamp({ entries, now }: NewMigration): string {
  const versions = new Set(entries.map(({ version }) => version))
  for (let ms = now.getTime(); ; ms += 1000) {
    const stamp = new Date(ms).toISOString().slice(0, 19).replace(/\D/g, '')
    if (!versions.has(stamp)) return stamp
  }
}

function filesOf(id: string, { layout, title, now }: NewMigration): readonly NewFile[] {
  const description = title.trim().replace(/\s+/g, ' ')
  const date = now.toISOString().slice(0, 10)
  if (layout === 'directory') {
    const metadata = `description = ${JSON.stringify(description)}\ndate = "${date}"\n`
    return [
      { path: join(id, 'up.sql'), text: '' },
      { path: join(id, 'down.sql'), text: '' },
      { path: join(id, 'metadata.toml'), text: metadata },
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
