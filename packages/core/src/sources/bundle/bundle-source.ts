import { Buffer } from 'node:buffer'
import type { MigrateError } from '../../migrate-error.ts'
import { type MigrationFile, partsContent, singleFileContent } from '../../migration-file/file-content.ts'
import { type MigrationName, parseMigrationName } from '../../migration-file/migration-name.ts'
import type { Layout } from '../../model/layout.ts'
import type { MigrationContent, Source, SourceEntry } from '../../ports/source.ts'
import { byVersion, duplicates } from '../duplicates.ts'
import { orProblem } from '../or-problem.ts'
import type { Bundle, BundledFiles, BundledMigration } from './bundle.ts'
import { fileForms } from './bundled-files.ts'
import { checkBundle } from './check-bundle.ts'

/**
 * Migrations from a module that `whimbrel bundle` wrote, for one database of it: ids, order, checksums and fingerprints
 * are those of the folders. Needs no file system. Throws at once BUNDLE_INVALID for what is not such a bundle, and
 * DATABASE_UNKNOWN.
 */
export function bundleSource(bundle: Bundle, database: string): Source {
  const { layout, migrations } = checkBundle(bundle, database)
  const location = `bundle:${database}`
  return {
    location,
    async list() {
      const problems: MigrateError[] = []
      const entries = migrations.flatMap(
        (migration) => orProblem(problems, () => entryOf(migration, { layout, location })) ?? [],
      )
      entries.sort(byVersion)
      return { entries, problems: [...problems, ...duplicates(entries)] }
    },
  }
}

interface Place {
  readonly layout: Layout
  readonly location: string
}

function entryOf({ id, files }: BundledMigration, place: Place): SourceEntry {
  const style = place.layout === 'directory' ? 'stamp' : 'digits'
  const name = parseMigrationName(id, { style, file: `${place.location}/${id}` })
  return { ...name, read: async () => contentOf(name, { files, place }) }
}

function contentOf(
  name: MigrationName,
  { files, place }: { readonly files: BundledFiles; readonly place: Place },
): MigrationContent {
  const { layout, location } = place
  const file = (role: keyof BundledFiles): MigrationFile | undefined => {
    const text = files[role]
    const path = fileForms[layout][role]?.path(name.id)
    return text === undefined ? undefined : { bytes: Buffer.from(text, 'utf8'), shown: `${location}/${path}` }
  }
  if (layout === 'single-file') return singleFileContent(name, file('sql') as MigrationFile)
  return partsContent(name, {
    up: file('up') as MigrationFile,
    down: file('down'),
    metadata: file('metadata'),
  })
}
