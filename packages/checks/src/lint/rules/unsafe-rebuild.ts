import type { LintRule } from '../lint-rule.ts'
import { sameName } from '../rehearsed-migration.ts'

export const unsafeRebuild: LintRule = {
  code: 'UNSAFE_REBUILD',
  title: 'A table rebuild begins by renaming the old table away',
  level: 'error',
  harm: 'RENAME takes along every foreign key, view and trigger that names the table. They then point at the old one, which is dropped at the end.',
  hint: 'Use the other order: create the new table under a temporary name, copy, drop the old one, rename the new one',
  broken({ object, parent, message }, { statements }) {
    const away = statements.find(
      ({ action }) =>
        action.does === 'rename-table' &&
        (sameName(action.to, parent) || message.endsWith(`no such table: main.${action.to}`)) &&
        statements.some(
          ({ action: { does, ...dropped } }) =>
            does === 'drop' && 'name' in dropped && sameName(dropped.name, action.to),
        ),
    )
    if (away?.action.does !== 'rename-table') return undefined
    const { table, to } = away.action
    return {
      statement: away,
      message: `Renaming ${table} to ${to} takes ${object} along: it refers to ${to} from then on, which is dropped`,
    }
  },
}
