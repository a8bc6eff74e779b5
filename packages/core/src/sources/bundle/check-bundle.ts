import { MigrateError } from '../../migrate-error.ts'
import { type Layout, layouts } from '../../model/layout.ts'
import { suggest } from '../../suggest.ts'
import type { BundledDatabase, BundledMigration } from './bundle.ts'
import { type FileForm, fileForms } from './bundled-files.ts'

/** The part of a bundle for one database, looked at closely. Throws BUNDLE_INVALID, DATABASE_UNKNOWN. */
export function checkBundle(bundle: unknown, database: string): BundledDatabase {
  if (!isObject(bundle) || !('whimbrel' in bundle)) throw invalid('This is no bundle of migrations')
  if (bundle.whimbrel !== 1) throw unknownForm(bundle.whimbrel)
  if (typeof bundle.manifest !== 'string') throw invalid('The bundle has no "manifest", which is a text')
  const { databases } = bundle
  if (!isObject(databases)) throw invalid('The bundle has no "databases"')
  const found = Object.hasOwn(databases, database) ? databases[database] : undefined
  if (found === undefined) throw unknownDatabase(database, Object.keys(databases))
  return checkDatabase(found, database)
}

function checkDatabase(found: unknown, database: string): BundledDatabase {
  const place = `databases.${database}`
  if (!isObject(found)) throw invalid(`${place} of the bundle is no object`)
  const layout = layouts.find((each) => each === found.layout)
  if (layout === undefined) throw invalid(`${place}.layout of the bundle is none of ${layouts.join(', ')}`)
  const { migrations } = found
  if (!Array.isArray(migrations)) throw invalid(`${place}.migrations of the bundle is no list`)
  return {
    layout,
    migrations: migrations.map((each, index) =>
      checkMigration(each, { layout, place: `${place}.migrations[${index}]` }),
    ),
  }
}

function checkMigration(
  found: unknown,
  { layout, place }: { readonly layout: Layout; readonly place: string },
): BundledMigration {
  if (!isObject(found) || typeof found.id !== 'string') throw invalid(`${place} of the bundle has no "id"`)
  const { id, files } = found
  if (!isObject(files)) throw invalid(`${id} has no "files" in the bundle`, id)
  const forms: Readonly<Record<string, FileForm>> = fileForms[layout]
  for (const [role, text] of Object.entries(files)) {
    if (!Object.hasOwn(forms, role))
      throw invalid(`${id} has "${role}" in the bundle, which the layout ${layout} does not know`, id)
    if (typeof text !== 'string') throw invalid(`"${role}" of ${id} is no text in the bundle`, id)
  }
  for (const [role, { required }] of Object.entries(forms)) {
    if (required && !Object.hasOwn(files, role)) throw invalid(`${id} has no "${role}" in the bundle`, id)
  }
  return { id, files }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string, migration?: string): MigrateError {
  return new MigrateError('BUNDLE_INVALID', message, {
    hint: 'Write it again with "whimbrel bundle --out FILE", and give its default export as it is',
    details: { migration },
  })
}

function unknownForm(form: unknown): MigrateError {
  return new MigrateError(
    'BUNDLE_INVALID',
    `The bundle is of the form ${JSON.stringify(form)}, and this release reads 1`,
    {
      hint: 'Write it again with the release that reads it: "whimbrel bundle --out FILE"',
      details: { form },
    },
  )
}

function unknownDatabase(database: string, known: readonly string[]): MigrateError {
  const near = suggest(database, known)
  const question = near === undefined ? '' : `Did you mean "${near}"? `
  return new MigrateError('DATABASE_UNKNOWN', `There is no database "${database}" in the bundle`, {
    hint: `${question}Known: ${known.join(', ')}`,
    details: { database, known },
  })
}
