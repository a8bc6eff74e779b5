import type { LintRule } from '../../lint-rule.ts'
import { rowsToday } from '../../rows-today.ts'
import { duplicateValues } from '../duplicate-values.ts'
import { rowsBreakRule } from '../rows-break-rule.ts'
import { rowsWithoutParent } from '../rows-without-parent.ts'
import { isRefusedFor } from './engine-refusals.ts'

/** Rules about rows that are there, told by the numbers of the server. */
export const refusedForRows: readonly LintRule[] = [
  {
    ...duplicateValues,
    refused({ statement, message, becauseOfRows, engineCode }, rehearsed) {
      const { action } = statement
      const table = action.does === 'create' ? action.on : action.does === 'alter' ? action.table : undefined
      if (!becauseOfRows || table === undefined || !isRefusedFor('duplicate', engineCode)) return undefined
      const said = `Rows of ${table} may have the same values, and the new key then fails (${message})`
      return rowsToday({ table, message: said }, statement, rehearsed)
    },
  },
  {
    ...rowsWithoutParent,
    refused({ statement: { action }, message, becauseOfRows, engineCode }) {
      if (!becauseOfRows || action.does !== 'alter' || !isRefusedFor('no-parent', engineCode))
        return undefined
      return {
        message: `Rows of ${action.table} may have no row to refer to, and the foreign key then fails: ${message}`,
      }
    },
  },
  {
    ...rowsBreakRule,
    refused({ statement: { action }, message, becauseOfRows, engineCode }) {
      const isRule = ['rule', 'duplicate', 'no-parent'] as const
      if (!becauseOfRows || !isRule.some((reason) => isRefusedFor(reason, engineCode))) return undefined
      if (action.does === 'alter' || action.does === 'add-column')
        return { message: `Rows of ${action.table} may break the rule: ${message}` }
      return { message: `Rows that it reads or writes may break a rule: ${message}` }
    },
  },
]
