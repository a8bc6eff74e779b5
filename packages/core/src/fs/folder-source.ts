import { type Dirent, readdirSync } from 'node:fs'
import { normalize } from 'node:path'
import { MigrateError } from '../migrate-error.ts'
import { type Layout, layouts } from '../model/layout.ts'
import type { Source, SourceListing } from '../ports/source.ts'
import { byVersion, duplicates } from '../sources/duplicates.ts'
import { directoryLayout } from './directory-layout.ts'
import type { Folder, LayoutReader } from './folder.ts'
import { pairedLayout } from './paired-layout.ts'
import { singleFileLayout } from './single-file-layout.ts'

const readers: Readonly<Record<Layout, LayoutReader>> = {
  'single-file': singleFileLayout,
  directory: directoryLayout,
  paired: pairedLayout,
}

export interface FolderSourceOptions {
  readonly directory: string
  /** Default `single-file`; never guessed from the files. */
  readonly layout?: Layout
  /** The folder as shown to people, in messages and as the beginning of `Migration.file`; default `directory`. */
  readonly label?: string
}

/** Migrations from a folder of files. Its methods throw SOURCE_MISSING; a wrong layout throws USAGE at once. */
export function folderSource(options: FolderSourceOptions): Source {
  const { directory, layout = 'single-file', label = directory } = options
  const reader = Object.hasOwn(readers, layout) ? readers[layout] : undefined
  if (reader === undefined) throw unknownLayout(layout)
  return {
    location: label,
    async list() {
      const folder: Folder = {
        path: directory,
        shown: normalize(label),
        children: readFolder(directory, label),
      }
      return sorted(reader(folder))
    },
  }
}

function sorted({ entries, problems }: SourceListing): SourceListing {
  const ordered = [...entries].sort(byVersion)
  return { entries: ordered, problems: [...problems, ...duplicates(ordered)] }
}

function readFolder(directory: string, shown: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    throw missing(shown, error)
  }
}

const REASONS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: ['does not exist', 'Create it, or correct the path of the migrations'],
  ENOTDIR: ['is not a folder', 'Give the path of the folder that holds the migrations'],
  EACCES: ['may not be read by this user', 'Give this user the right to read it'],
  EPERM: ['may not be read by this user', 'Give this user the right to read it'],
  ELOOP: ['is a link that leads back to itself', 'Replace the link with the folder it should lead to'],
}

function missing(shown: string, error: unknown): MigrateError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const [message, hint] = REASONS[code] ?? [
    `cannot be read (${code})`,
    'Check the folder and the disk it is on',
  ]
  return new MigrateError('SOURCE_MISSING', `The folder of migrations ${shown || '""'} ${message}`, {
    hint,
    details: { directory: shown, systemCode: code },
    cause: error,
  })
}

function unknownLayout(layout: string): MigrateError {
  return new MigrateError('USAGE', `There is no layout "${layout}"`, {
    hint: `Choose one of ${layouts.join(', ')}`,
    details: { layout },
  })
}
