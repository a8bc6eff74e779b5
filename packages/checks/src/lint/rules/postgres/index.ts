import type { LintRule } from '../../lint-rule.ts'
import { copyWithoutColumns } from '../copy-without-columns.ts'
import { dependsOnRows } from '../depends-on-rows.ts'
import { dropsData } from '../drops-data.ts'
import { hidesDrift } from '../hides-drift.ts'
import { ignoreUnknown } from '../ignore-unknown.ts'
import { ignoreUnused } from '../ignore-unused.ts'
import { ignoreWithoutReason } from '../ignore-without-reason.ts'
import { noDown } from '../no-down.ts'
import { noPrimaryKey } from '../no-primary-key.ts'
import { rowsLost } from '../rows-lost.ts'
import { statementFails } from '../statement-fails.ts'
import { indexLocksWrites } from './index-locks-writes.ts'
import { otherEngineOfPostgres } from './other-engine.ts'
import { refusedForRows, refusedForSchema } from './refused.ts'
import { tableRewritten } from './table-rewritten.ts'
import { validatesUnderLock } from './validates-under-lock.ts'

/** Those that PostgreSQL alone needs. */
export const rulesOfPostgres: readonly LintRule[] = [indexLocksWrites, tableRewritten, validatesUnderLock]

/** Every rule for PostgreSQL. Of several that could explain the same failure the first one does. */
export const postgresLintRules: readonly LintRule[] = [
  otherEngineOfPostgres,
  ...refusedForSchema,
  ...refusedForRows,
  rowsLost,
  dependsOnRows,
  copyWithoutColumns,
  noDown,
  hidesDrift,
  dropsData,
  {
    ...noPrimaryKey,
    hint: 'Give it a bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or a PRIMARY KEY over the columns that name a row',
  },
  ...rulesOfPostgres,
  statementFails,
  ignoreUnknown,
  ignoreWithoutReason,
  ignoreUnused,
]
