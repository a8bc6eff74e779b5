import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '../migrate-error.ts'
import { nameError, parseMigrationName } from '../migration-file/migration-name.ts'
import type { SourceEntry, SourceListing } from '../ports/source.ts'
import { orProblem } from '../sources/or-problem.ts'
import { entryOf, type Folder, isSqlName, otherLayout, relevant, shownChild } from './folder.ts'
import { unreadable } from './read-bytes.ts'
import { readParts } from './read-parts.ts'

const OWN = 'directory'

/** `2024-01-15-120000_add_roles/up.sql`, with an optional `down.sql` and `metadata.toml` beside it. */
export function directoryLayout(folder: Folder): SourceListing {
  const entries: SourceEntry[] = []
  const problems: MigrateError[] = []
  for (const child of relevant(folder.children)) {
    orProblem(problems, () => {
      const entry = entryOfChild(folder, child, problems)
      if (entry !== undefined) entries.push(entry)
    })
  }
  return { entries, problems }
}

function entryOfChild(folder: Folder, child: Dirent, problems: MigrateError[]): SourceEntry | undefined {
  const shown = shownChild(folder, child.name)
  const path = join(folder.path, child.name)
  const file = { path, shown, migration: child.name }
  if (!isFolder(child, file)) {
    if (isSqlName(child.name)) throw otherLayout(shown, [OWN, looksLike(child.name)])
    return undefined
  }
  const names = namesIn(file)
  // Other folders may stand here too, as long as nobody could take them for a migration.
  if (!names.includes('up.sql') && !/^\d/.test(child.name)) return undefined
  const name = parseMigrationName(child.name, { style: 'stamp', file: shown })
  if (!names.includes('up.sql')) throw withoutUp(shown)
  for (const odd of names.filter(isOddSql)) orProblem(problems, () => refuseOdd(shown, odd))
  const own: Folder = { path, shown, children: [] }
  const optional = (part: string) => (names.includes(part) ? part : undefined)
  const files = { up: 'up.sql', down: optional('down.sql'), metadata: optional('metadata.toml') }
  return entryOf(name, () => readParts(name, own, files))
}

type Place = Parameters<typeof unreadable>[0]

function isFolder(child: Dirent, file: Place): boolean {
  if (!child.isSymbolicLink()) return child.isDirectory()
  if (!/^\d/.test(child.name) && !isSqlName(child.name)) return false
  try {
    return statSync(file.path).isDirectory()
  } catch (error) {
    throw unreadable(file, error)
  }
}

function namesIn(file: Place): string[] {
  try {
    return readdirSync(file.path)
  } catch (error) {
    throw unreadable(file, error)
  }
}

function isOddSql(name: string): boolean {
  return isSqlName(name) && !name.startsWith('.') && name !== 'up.sql' && name !== 'down.sql'
}

function refuseOdd(shown: string, name: string): never {
  throw nameError(
    join(shown, name),
    'a folder holds up.sql and down.sql',
    'Rename the file to one of them, or move it out',
  )
}

function looksLike(name: string): 'paired' | 'single-file' {
  return /(?:_down|\.up|\.down)\.sql$/i.test(name) ? 'paired' : 'single-file'
}

function withoutUp(shown: string): MigrateError {
  return new MigrateError('MIGRATION_LAYOUT', `${shown} is named like a migration and has no up.sql`, {
    hint: 'Add up.sql to the folder, empty if there is nothing to do, or remove the folder',
    details: { file: shown },
  })
}
