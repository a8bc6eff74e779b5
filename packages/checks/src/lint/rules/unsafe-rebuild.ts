import type { LintRule } from '../lint-rule.ts'
import type { LintStatement } from '../lint-statement.ts'
import { sameName } from '../rehearsed-migration.ts'

export const unsafeRebuild: LintRule = {
  code: 'UNSAFE_REBUILD',
  title: 'A table rebuild begins by renaming the old table away',
  level: 'error',
  harm: 'RENAME takes along every foreign key, view and trigger that names the table. They then point at the old one, which is dropped at the end.',
  hint: 'Use the other order: create the new table under a temporary name, copy, drop the old one, rename the new one',
  broken({ object, parent, message }, { statements }) {
    for (const statement of statements) {
      const { action } = statement
      if (action.does !== 'rename-table' || !isDropped(action.to, statements.slice(statement.number)))
        continue
      const { table, to } = action
      if (!sameName(to, parent) && !message.endsWith(`no such table: main.${to}`)) continue
      return {
        statement,
        message: `Renaming ${table} takes ${object} along: it refers to ${to}, which is dropped`,
      }
    }
    return undefined
  },
}

function isDropped(table: string, statements: readonly LintStatement[]): boolean {
  return statements.some(
    ({ action }) => action.does === 'drop' && action.kind === 'table' && sameName(action.name, table),
  )
}
