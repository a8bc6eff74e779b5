import { Buffer } from 'node:buffer'
import { MigrateError } from '../../migrate-error.ts'
import type { Dialect } from '../../model/dialect.ts'
import type { Layout } from '../../model/layout.ts'
import type { MigrationFiles, Source, SourceEntry } from '../../ports/source.ts'
import { refuseProblems } from '../../run/decide.ts'
import { checkProtectedTables } from '../../sql/protected-tables.ts'
import type { Bundle, BundledDatabase, BundledMigration } from './bundle.ts'

/** One database whose migrations are to be bundled. */
export interface DatabaseToBundle {
  readonly name: string
  readonly source: Source
  /** Of all folders of the source. */
  readonly layout: Layout
  readonly dialect: Dialect
  /** Tables that a migration may not touch: those of the version tracker. */
  readonly protectedTables?: readonly string[]
}

/**
 * Reads the migrations of several databases into one value. Every file is checked as it is before a run: when one is
 * wrong, the first problem is thrown, with all of them in `details.findings`. Throws SOURCE_MISSING, and USAGE for
 * migrations that are not from files.
 */
export async function makeBundle(manifest: string, databases: readonly DatabaseToBundle[]): Promise<Bundle> {
  const problems: MigrateError[] = []
  const bundled: [string, BundledDatabase][] = []
  for (const database of databases) {
    const { entries, problems: found } = await database.source.list()
    problems.push(...found)
    const migrations: BundledMigration[] = []
    for (const entry of entries) {
      try {
        migrations.push(await bundledMigration(entry, database))
      } catch (error) {
        if (!MigrateError.is(error)) throw error
        problems.push(error)
      }
    }
    bundled.push([database.name, { layout: database.layout, migrations }])
  }
  refuseProblems(problems)
  return { whimbrel: 1, manifest, databases: Object.fromEntries(bundled) }
}

async function bundledMigration(
  entry: SourceEntry,
  { dialect, protectedTables = [] }: DatabaseToBundle,
): Promise<BundledMigration> {
  const content = await entry.read()
  const { up, down } = content.parse(dialect)
  for (const script of [up, down]) {
    if (script !== undefined) checkProtectedTables(script, protectedTables, dialect)
  }
  if (content.files === undefined) throw notFromFiles(entry.id)
  return { id: entry.id, files: textsOf(content.files) }
}

/** They were read as UTF-8 just now, so that nothing is lost. */
function textsOf(files: MigrationFiles): BundledMigration['files'] {
  const roles = ['sql', 'up', 'down', 'metadata'] as const
  return Object.fromEntries(
    roles.flatMap((role) => {
      const bytes = files[role]
      return bytes === undefined ? [] : [[role, Buffer.from(bytes).toString('utf8')]]
    }),
  )
}

function notFromFiles(id: string): MigrateError {
  return new MigrateError('USAGE', `${id} is not from a file, and only files can be bundled`, {
    hint: 'Leave it in the code, and combine it with the bundle: combinedSource([bundleSource(…), codeSource([…])])',
    details: { migration: id },
  })
}
