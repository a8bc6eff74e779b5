import type { Verdict } from './lint-rule.ts'
import type { LintStatement } from './lint-statement.ts'
import type { RehearsedMigration } from './rehearsed-migration.ts'

/** A verdict about rows that could be, sharpened by those that there are: they break the rule, or none does. */
export function rowsToday(
  verdict: Verdict & { readonly table: string },
  statement: LintStatement,
  { liveAnswers }: RehearsedMigration,
): Verdict {
  const { table, ...rest } = verdict
  const breaks = liveAnswers.get(statement)
  if (breaks === undefined) return rest
  if (breaks)
    return { ...rest, level: 'error', message: `${rest.message}: there are such rows in ${table} today` }
  return { ...rest, level: 'note', message: `${rest.message}: in this database there are none today` }
}
