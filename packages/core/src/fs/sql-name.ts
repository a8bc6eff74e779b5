import { type MigrationName, nameError, parseMigrationName } from '../migration-file/migration-name.ts'
import { type Folder, isSqlName, otherLayout, shownChild } from './folder.ts'

/** Reads the name of a file in a layout of files; `ending` is what follows the id. Throws MIGRATION_NAME. */
export function parseSqlName(folder: Folder, fileName: string, ending: string): MigrationName {
  const shown = shownChild(folder, fileName)
  const name = parseMigrationName(fileName.slice(0, -ending.length), { file: shown, ending })
  if (!fileName.endsWith(ending)) {
    throw nameError(shown, 'its ending is not in small letters', `Rename it to ${name.id}${ending}`)
  }
  return name
}

/** A folder in a layout of files: refused where it looks like a migration, otherwise nothing of ours. */
export function refuseFolder(folder: Folder, name: string, layout: string): undefined {
  const shown = shownChild(folder, name)
  if (/^\d[\d-]*_\w+$/.test(name)) throw otherLayout(shown, [layout, 'directory'])
  if (isSqlName(name))
    throw nameError(shown, 'it is a folder', 'Give the folder a name that does not end in .sql')
  return undefined
}
