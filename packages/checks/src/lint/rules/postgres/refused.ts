import type { LintRule } from '../../lint-rule.ts'
import { rowsHere } from '../../rows-here.ts'
import { rowsToday } from '../../rows-today.ts'
import { alreadyExists } from '../already-exists.ts'
import { columnInUse } from '../column-in-use.ts'
import { duplicateValues } from '../duplicate-values.ts'
import { missingColumn } from '../missing-column.ts'
import { missingObject } from '../missing-object.ts'
import { missingParent } from '../missing-parent.ts'
import { notNullWithoutDefault } from '../not-null-without-default.ts'
import { parentKeyNotUnique } from '../parent-key-not-unique.ts'
import { rowsBreakRule } from '../rows-break-rule.ts'
import { rowsWithoutParent } from '../rows-without-parent.ts'
import { unknownFunction } from '../unknown-function.ts'
import { isRefusedFor } from './engine-refusals.ts'

/** Rules about names and uses, told by the codes of the server. */
export const refusedForSchema: readonly LintRule[] = [
  {
    ...alreadyExists,
    refused: ({ message, engineCode }) => (isRefusedFor('exists', engineCode) ? { message } : undefined),
  },
  {
    ...columnInUse,
    hint: 'Drop what depends on it first and create it again without it; CASCADE would drop it, and nothing would say what',
    refused: ({ message, engineCode }) => (isRefusedFor('in-use', engineCode) ? { message } : undefined),
  },
  {
    ...parentKeyNotUnique,
    broken: () => undefined,
    refused: ({ message, engineCode }) => (isRefusedFor('no-key', engineCode) ? { message } : undefined),
  },
  {
    ...missingParent,
    broken: () => undefined,
    refused({ statement: { tokens }, message, engineCode }) {
      const name = /^relation "(.+)" does not exist$/.exec(message)?.[1]?.split('.').at(-1)
      if (name === undefined || !isRefusedFor('missing-object', engineCode)) return undefined
      const at = tokens.findIndex(({ value }) => value.toUpperCase() === 'REFERENCES')
      const isParent =
        at !== -1 && tokens.slice(at).some(({ value }) => value.toLowerCase() === name.toLowerCase())
      return isParent ? { message: `A foreign key refers to ${name}, and there is no such table` } : undefined
    },
  },
  {
    ...missingObject,
    refused: ({ message, engineCode }) =>
      isRefusedFor('missing-object', engineCode) ? { message } : undefined,
  },
  {
    ...missingColumn,
    refused: ({ message, engineCode }) =>
      isRefusedFor('missing-column', engineCode) ? { message } : undefined,
  },
  {
    ...unknownFunction,
    broken: () => undefined,
    hint: 'Correct its name and the types of its arguments, or create it in an earlier statement',
    refused: ({ message, engineCode }) =>
      isRefusedFor('missing-function', engineCode) ? { message } : undefined,
  },
]

/** Rules about rows that are there. */
export const refusedForRows: readonly LintRule[] = [
  {
    ...notNullWithoutDefault,
    hint: 'Add DEFAULT with a constant; or add the column with NULL allowed, fill it, and set NOT NULL in a later migration',
    refused({ statement: { action }, message, engineCode }, rehearsed) {
      if (action.does !== 'add-column' || !isRefusedFor('not-null', engineCode)) return undefined
      const { table, column } = action
      return rowsHere(table, rehearsed, {
        filled: `${column} would be NULL in the rows that ${table} has`,
        said: message,
      })
    },
  },
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
    refused({ statement, message, becauseOfRows, engineCode }, rehearsed) {
      const { action } = statement
      const reasons = ['rule', 'duplicate', 'no-parent'] as const
      if (!becauseOfRows || !reasons.some((reason) => isRefusedFor(reason, engineCode))) return undefined
      if (action.does !== 'alter' && action.does !== 'add-column')
        return { message: `Rows that it reads or writes may break a rule: ${message}` }
      const { table } = action
      return rowsToday(
        { table, message: `Rows of ${table} may break the rule: ${message}` },
        statement,
        rehearsed,
      )
    },
  },
]
