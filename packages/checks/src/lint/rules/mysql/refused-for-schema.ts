import type { LintRule } from '../../lint-rule.ts'
import { alreadyExists } from '../already-exists.ts'
import { columnInUse } from '../column-in-use.ts'
import { missingColumn } from '../missing-column.ts'
import { missingObject } from '../missing-object.ts'
import { missingParent } from '../missing-parent.ts'
import { isRefusedFor } from './engine-refusals.ts'

/** Rules about names and uses, told by the numbers of the server. */
export const refusedForSchema: readonly LintRule[] = [
  {
    ...alreadyExists,
    refused: ({ message, engineCode, becauseOfRows }) =>
      !becauseOfRows && isRefusedFor('exists', engineCode) ? { message } : undefined,
  },
  {
    ...columnInUse,
    hint: 'Drop the key, foreign key or CHECK that names it first, in the same or an earlier statement',
    refused({ statement: { action }, message, engineCode }) {
      if (action.does !== 'drop-column' || !isRefusedFor('in-use', engineCode)) return undefined
      return { message: `${action.table}.${action.column} cannot be dropped: ${message}` }
    },
  },
  {
    ...missingParent,
    refused: ({ message, engineCode }) =>
      isRefusedFor('missing-parent', engineCode)
        ? { message: `The parent of a foreign key is not there, or has no such key: ${message}` }
        : undefined,
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
]
