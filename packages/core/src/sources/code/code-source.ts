import { MigrateError } from '../../migrate-error.ts'
import type { Source, SourceEntry } from '../../ports/source.ts'
import { refuseProblems } from '../../run/decide.ts'
import { suggest } from '../../suggest.ts'
import { byVersion, duplicates } from '../duplicates.ts'
import { orProblem } from '../or-problem.ts'
import { checkCodeMigration } from './check-code-migration.ts'
import { CodeContent } from './code-content.ts'
import type { CodeMigration } from './code-migration.ts'

export interface CodeSourceOptions {
  /** Where they are, as shown to people; default `code`. */
  readonly label?: string
}

/**
 * Migrations that are registered in code, in any order: as SQL, as operations, or as functions. The same SQL has the ids, order
 * and checksums that it has in files. Everything that is wrong is thrown at once, before anything runs: USAGE,
 * MIGRATION_NAME, MIGRATION_DUPLICATE, and IRREVERSIBLE where the reverse of something is asked for that has none.
 */
export function codeSource(migrations: readonly CodeMigration[], options: CodeSourceOptions = {}): Source {
  const { label: location = 'code' } = checked(options)
  const given: unknown = migrations
  if (!Array.isArray(given)) throw noList()
  const problems: MigrateError[] = []
  const entries = migrations.flatMap((migration, index): readonly SourceEntry[] => {
    const name = orProblem(problems, () => checkCodeMigration(migration, index))
    if (name === undefined) return []
    const content = new CodeContent(name, { ...migration }, location)
    return [{ ...name, read: async () => content }]
  })
  entries.sort(byVersion)
  refuseProblems([...problems, ...duplicates(entries)])
  return { location, list: async () => ({ entries, problems: [] }) }
}

function checked(options: CodeSourceOptions): CodeSourceOptions {
  const unknown = Object.keys(options).find((key) => key !== 'label')
  if (unknown === undefined) return options
  const near = suggest(unknown, ['label'])
  throw new MigrateError('USAGE', `codeSource has no option "${unknown}"`, {
    hint: near === undefined ? 'Its only option is "label"' : `Did you mean "${near}"?`,
  })
}

function noList(): MigrateError {
  return new MigrateError('USAGE', 'codeSource needs a list of migrations', {
    hint: 'Call codeSource([{ id: "001_create_users", up: "CREATE TABLE …", down: "DROP TABLE …" }])',
  })
}
