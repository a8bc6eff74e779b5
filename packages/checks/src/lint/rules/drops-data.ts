import type { LintRule } from '../lint-rule.ts'
import { objectOf, originalName, sameName } from '../rehearsed-migration.ts'
import type { StatementAction } from '../statement-action.ts'

export const dropsData: LintRule = {
  code: 'DROPS_DATA',
  title: 'A table or column is dropped with what it holds',
  level: 'note',
  harm: 'What it holds is gone. Where it holds something, a run asks for consent first.',
  hint: 'Nothing to do if that is what you want; otherwise stop using it first and drop it in a later release',
  ran(statement, { before, after, statements }) {
    const { action } = statement
    if (action.does === 'drop-column') {
      if (objectOf(before, 'table', action.table) === undefined) return undefined
      return { message: `The column ${action.column} of ${action.table} goes, with everything in it` }
    }
    if (action.does !== 'drop' || action.kind !== 'table') return undefined
    const name = originalName(action.name, statements.slice(0, statement.number - 1))
    if (objectOf(before, 'table', name) === undefined || objectOf(after, 'table', name) !== undefined)
      return undefined
    if (statements.slice(statement.number).some(({ action: next }) => makesTable(next, name)))
      return undefined
    return { message: `The table ${name} goes, with every row in it` }
  },
}

/** Meant to be there again, whether the engine agrees or not. */
function makesTable(action: StatementAction, name: string): boolean {
  if (action.does === 'rename-table') return sameName(action.to, name)
  return action.does === 'create' && action.kind === 'table' && sameName(action.name, name)
}
