import type { LintRule, Verdict } from '../lint-rule.ts'
import { objectOf, type RehearsedMigration, rebuiltTables, sameName } from '../rehearsed-migration.ts'

export const rebuildLosesObjects: LintRule = {
  code: 'REBUILD_LOSES_OBJECTS',
  title: 'A table rebuild loses indexes or triggers',
  level: 'warning',
  harm: 'DROP TABLE takes its indexes and triggers along. What is not created again is gone: queries become slow, rules no longer hold, and nothing says so.',
  hint: 'Create every index and trigger of the old table again behind the rename; drop by name, in front of the table, what is no longer wanted',
  finished(rehearsed) {
    return rebuiltTables(rehearsed).flatMap(({ table: { name }, statement }): Verdict[] => {
      const lost = lostObjects(name, rehearsed)
      if (lost.length === 0) return []
      return [{ statement, message: `The rebuild of ${name} loses ${lost.join(', ')}` }]
    })
  },
}

function lostObjects(table: string, { before, after, statements }: RehearsedMigration): readonly string[] {
  return before.objects
    .filter((object) => object.kind === 'index' || object.kind === 'trigger')
    .filter((object) => sameName(object.table, table))
    .filter(({ kind, name }) => objectOf(after, kind, name) === undefined)
    .filter(
      ({ name }) => !statements.some(({ action }) => action.does === 'drop' && sameName(action.name, name)),
    )
    .map(({ kind, name }) => `the ${kind} ${name}`)
}
