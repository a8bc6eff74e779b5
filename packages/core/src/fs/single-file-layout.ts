import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import type { MigrateError } from '../migrate-error.ts'
import { singleFileContent } from '../migration-file/file-content.ts'
import type { MigrationName } from '../migration-file/migration-name.ts'
import type { MigrationContent, SourceEntry, SourceListing } from '../ports/source.ts'
import { orProblem } from '../sources/or-problem.ts'
import { entryOf, type Folder, isSqlName, otherLayout, relevant, shownChild } from './folder.ts'
import { readBytes } from './read-bytes.ts'
import { parseSqlName, refuseFolder } from './sql-name.ts'

const OWN = 'single-file'

/** `003_add_roles.sql`, with both directions in it. */
export function singleFileLayout(folder: Folder): SourceListing {
  const entries: SourceEntry[] = []
  const problems: MigrateError[] = []
  const children = relevant(folder.children)
  const names = new Set(children.map((child) => child.name))
  for (const child of children) {
    orProblem(problems, () => {
      const name = nameOf(child, folder, names)
      if (name !== undefined) entries.push(entryOf(name, () => read(name, folder)))
    })
  }
  return { entries, problems }
}

function nameOf(child: Dirent, folder: Folder, names: ReadonlySet<string>): MigrationName | undefined {
  const { name } = child
  if (child.isDirectory()) return refuseFolder(folder, name, OWN)
  if (!isSqlName(name)) return undefined
  const partner = name.replace(/_down\.sql$/, '.sql')
  if (/\.(?:up|down)\.sql$/.test(name) || (partner !== name && names.has(partner))) {
    throw otherLayout(shownChild(folder, name), [OWN, 'paired'])
  }
  return parseSqlName(folder, name, '.sql')
}

function read(name: MigrationName, folder: Folder): MigrationContent {
  const file = `${name.id}.sql`
  const shown = shownChild(folder, file)
  const bytes = readBytes({ path: join(folder.path, file), shown, migration: name.id })
  return singleFileContent(name, { bytes, shown })
}
